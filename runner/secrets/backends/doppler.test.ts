import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { failure, marker, openSecretBed, type SecretBed } from "../test-secrets.js";

const token = "dp.st.dev.token-MARKER-0123456789";

let bed: SecretBed;
let server: Server;
let apiHost = "";
let requests: string[] = [];
let response: (request: IncomingMessage) => [status: number, body: unknown] | "cut" = () => [500, {}];

beforeAll(async () => {
  bed = openSecretBed();
  server = createServer((request, served) => {
    requests.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    const given = response(request);
    if (given === "cut") return void served.destroy();
    served.writeHead(given[0], { "content-type": "application/json" }).end(JSON.stringify(given[1]));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  apiHost = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  bed.remove();
});
beforeEach(() => {
  requests = [];
});

const doppler = (): Record<string, string> => ({ DOPPLER_TOKEN: token, DOPPLER_API_HOST: apiHost });

describe("doppler:// by its API", () => {
  const uri = "doppler://planton/dev/TOKEN";
  const secret = (value: unknown) => [200, { name: "TOKEN", value, success: true }] as [number, unknown];
  const nulls = { raw: null, computed: null, rawVisibility: null, computedVisibility: null };

  it("asks once for calls at once, with the token as header", async () => {
    response = () => secret({ raw: "$X", computed: marker });
    const resolve = bed.resolver(doppler());
    expect(await Promise.all([resolve(uri), resolve(uri), resolve(` ${uri}`)])).toEqual([marker, marker, marker]);
    expect(await resolve(uri)).toBe(marker);
    expect(requests).toEqual([`GET /v3/configs/config/secret?project=planton&config=dev&name=TOKEN Bearer ${token}`]);
  });

  it("keeps a failure too, and asks again in another run", async () => {
    response = () => [401, { messages: ["Invalid Auth token"], success: false }];
    const resolve = bed.resolver(doppler());
    await Promise.all([failure(uri, resolve), failure(uri, resolve)]);
    expect(requests).toHaveLength(1);
    await failure(uri, bed.resolver(doppler()));
    expect(requests).toHaveLength(2);
  });

  it.each<[what: string, status: number, body: unknown, text: string]>([
    ["a wrong token", 401, { messages: [`Invalid Auth token ${token}`] }, "refuses the token"],
    [
      "a token of another config",
      400,
      { messages: ["This token does not have access to requested config 'dev'"] },
      "service token",
    ],
    ["a token without the right", 403, { messages: ["Forbidden"] }, "service token"],
    ["no such project", 404, { messages: ["Could not find requested project 'planton'"] }, "Could not find requested"],
    ["a redirection", 302, {}, "status 302"],
    ["no JSON object", 200, "x", 'has no secret "TOKEN"'],
    ["an empty secret", 200, { value: { computed: "" } }, "is empty"],
    ["a restricted secret", 200, { value: { ...nulls, computedVisibility: "restricted" } }, "restricted"],
  ])("%s", async (_what, status, body, text) => {
    response = () => [status, body];
    expect(await failure(uri, bed.resolver(doppler()))).toContain(text);
  });

  it("names the secret that may be meant, by names alone", async () => {
    response = (request) =>
      request.url?.includes("/secrets/names") ? [200, { names: ["TOKNE", "OTHER"] }] : secret(nulls);
    expect(await failure(uri, bed.resolver(doppler()))).toContain('did you mean "TOKNE"?');
    expect(requests.at(-1)).toMatch(/^GET \/v3\/configs\/config\/secrets\/names\?project=planton&config=dev /);
  });

  it.each<[what: string, bad: [number, unknown] | "cut"]>([
    ["status 500", [500, {}]],
    ["status 429", [429, { messages: ["Too many requests"] }]],
    ["a cut connection", "cut"],
  ])("tries again after %s", async (_what, bad) => {
    response = () => (requests.length < 3 ? bad : secret({ computed: marker }));
    expect(await bed.resolver(doppler())(uri)).toBe(marker);
    response = () => bad;
    requests = [];
    await failure(uri, bed.resolver(doppler()));
    expect(requests).toHaveLength(3);
  });

  it("gives up on a server that does not respond in time", async () => {
    const silent = createServer(() => undefined);
    await once(silent.listen(0, "127.0.0.1"), "listening");
    const host = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const text = await failure(uri, bed.resolver({ ...doppler(), DOPPLER_API_HOST: host }, { timeoutMs: 50 }));
    expect(text).toContain("does not respond");
    silent.closeAllConnections();
    silent.close();
  });

  it.each([
    [{ DOPPLER_API_HOST: "http://example.com" }, "no https://"],
    [{ DOPPLER_API_HOST: "nowhere" }, "no https://"],
    [{ DOPPLER_TOKEN: `a\n${token}` }, "is no token"],
  ])("refuses %j before anything is sent", async (env, text) => {
    expect(await failure(uri, bed.resolver({ ...doppler(), ...env }))).toContain(text);
    expect(requests).toEqual([]);
  });
});
