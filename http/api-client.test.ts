import { describe, expect, it } from "vitest";
import { systemClock } from "../contract/clock.js";
import { createApiClient, type VendorApi } from "./api-client.js";
import { bearer } from "./authentication.js";
import type { HttpRequest } from "./http-message.js";
import { asObject, asString } from "./json.js";

const api: VendorApi = {
  baseUrl: "https://api.example",
  variable: "EXAMPLE_URL",
  errorText: (body) => asString(asObject(body)?.["error"]) ?? "",
  requestId: ({ headers }) => headers.get("x-id") ?? undefined,
  hints: { 401: "hint 401", 404: "hint 404" },
  isFailure: (body) => body["ok"] === false,
};

function clientOf(status: number, body: string, env: Record<string, string> = {}) {
  const urls: string[] = [];
  const client = createApiClient(api, bearer("marker-1"), {
    env,
    clock: systemClock,
    fetch: async (url) => {
      urls.push(url);
      return new Response(body === "" ? null : body, { status, headers: { "x-id": "id-7" } });
    },
  });
  return { client, urls };
}

const get: HttpRequest = { method: "GET", path: "/things/1" };
const deletion: HttpRequest = { method: "DELETE", path: "/things/1" };

describe("call", () => {
  it.each<[HttpRequest, status: number, body: string, object: unknown]>([
    [get, 200, '{"a":1}', { a: 1 }],
    [deletion, 204, "", {}],
    [deletion, 200, '{"ok":true}', { ok: true }],
  ])("%j with %d and %j gives %j", async (request, status, body, object) => {
    expect(await clientOf(status, body).client.call(request)).toEqual(object);
  });

  it.each<[HttpRequest, status: number, body: string, error: { code: string; message?: string; hint?: string }]>([
    [get, 200, "", { code: "E_VENDOR" }],
    [get, 200, "[]", { code: "E_VENDOR" }],
    [deletion, 200, "<html>", { code: "E_VENDOR" }],
    [
      get,
      200,
      '{"ok":false,"error":"no"}',
      { code: "E_VENDOR", message: "GET https://api.example/things/1: 200 (id-7) no" },
    ],
    [get, 401, '{"error":"marker-1?"}', { code: "E_CREDENTIALS_REFUSED", hint: "hint 401" }],
    [get, 404, '{"error":"gone"}', { code: "E_VENDOR", hint: "hint 404" }],
    [deletion, 500, "<html>", { code: "E_VENDOR", message: "DELETE https://api.example/things/1: 500 (id-7)" }],
  ])("%j with %d and %j throws %j", async (request, status, body, error) => {
    const call = clientOf(status, body).client.call(request);
    await expect(call).rejects.toMatchObject(error);
    await expect(call).rejects.toMatchObject({ message: expect.not.stringContaining("marker") });
  });

  const pem = "-----BEGIN KEY-----\nbWFya2VyLW9mLWEta2V5LWluLWEtcGVt\n-----END KEY-----\n";
  it.each([
    ["plain", pem],
    ["as JSON", JSON.stringify({ value: pem })],
    ["as base64", Buffer.from(pem).toString("base64")],
    ["as a URL", encodeURIComponent(pem)],
    ["a line", pem.split("\n")[1] ?? ""],
  ])("keeps status, path and the vendor's words where it repeats a secret of the request %s", (_form, repeated) => {
    const { client } = clientOf(422, "");
    const body = { error: `value ${repeated} is taken` };
    const response = {
      method: "POST",
      url: "https://api.example/things",
      status: 422,
      attempts: 1,
      headers: new Headers(),
    };
    const { message } = client.errorOf({ ...response, body }, [pem, "x"]);
    expect(message).toMatch(/^POST https:\/\/api.example\/things: 422 value .*\[secret\].* is taken$/s);
    for (const part of ["bWFya2VyLW9m", "bWFya2V5", "LS0tLS1", "BEGIN%20KEY"]) expect(message).not.toContain(part);
  });
});

it("takes what a request held out of the vendor's words", async () => {
  const { client } = clientOf(400, '{"error":"pass-2 is weak"}');
  const response = await client.send({ method: "PUT", path: "/things/1", body: { password: "pass-2" } });
  expect(client.errorOf(response, ["pass-2", ""])).toMatchObject({
    message: "PUT https://api.example/things/1: 400 (id-7) [secret] is weak",
  });
});

it.each<[status: number, body: string, found: unknown]>([
  [200, '{"a":1}', { a: 1 }],
  [403, "{}", undefined],
  [404, "{}", "absent"],
])("finds with %d and %s: %j", async (status, body, found) => {
  expect(await clientOf(status, body).client.find("/things/1")).toEqual(found);
});

it.each([
  [{}, "https://api.example/things/1"],
  [{ EXAMPLE_URL: "" }, "https://api.example/things/1"],
  [{ EXAMPLE_URL: "http://localhost:1/base//" }, "http://localhost:1/base/things/1"],
])("with the environment %j asks %s", async (env, url) => {
  const { client, urls } = clientOf(200, "{}", env);
  await client.call(get);
  expect(urls).toEqual([url]);
});
