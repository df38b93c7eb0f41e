import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { FakeFault } from "../kit/test-faults.js";

/** A secret as the fake keeps it. */
export interface FakeSecret {
  raw: string;
  visibility: string;
}

/** A request that passed the fake's check of the token. */
export interface FakeCall {
  readonly method: string;
  readonly path: string;
  /** The one change of a POST. */
  readonly change: Readonly<Record<string, unknown>> | undefined;
}

/** A small Doppler for tests of the plugin: one project with one config, whose secrets are in memory. */
export interface FakeDoppler {
  readonly url: string;
  readonly calls: FakeCall[];
  readonly secrets: Map<string, FakeSecret>;
  /** Faults by number of the call, counted from 1. */
  readonly faults: Map<number, FakeFault>;
  /** Answers in place of those of the next calls with that method, used up one by one. */
  readonly answers: { method: string; status: number; body: unknown }[];
  /** Hides the values of restricted secrets, as from a person's token. */
  hidesRestricted: boolean;
  /** The token that it takes: {@link fakeToken} at first. */
  token: string;
  /** Done before the next POST: what others do between a look and a change. */
  beforePost: (() => void) | undefined;
  close(): Promise<void>;
}

/** The token that the fake knows at first, and the config it is for. */
export const fakeToken = "dp.st.prd.marker-token";
const place = { project: "shop", config: "prd" };

type Answer = [status: number, body: unknown];

const refusal = (status: number, message: string): Answer => [status, { messages: [message], success: false }];

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Starts a fake on a free loopback port. */
export async function startFakeDoppler(): Promise<FakeDoppler> {
  const fake: Omit<FakeDoppler, "url" | "close"> = {
    ...{ calls: [], secrets: new Map(), faults: new Map(), answers: [] },
    ...{ hidesRestricted: false, token: fakeToken, beforePost: undefined },
  };

  const told = (name: string) => {
    const found = fake.secrets.get(name);
    const raw = found === undefined || (fake.hidesRestricted && found.visibility === "restricted") ? null : found.raw;
    const visibility = found?.visibility ?? null;
    const kind = found === undefined ? null : { type: "string" };
    return {
      ...{ raw, computed: raw, rawVisibility: visibility, computedVisibility: visibility },
      ...{ rawValueType: kind, computedValueType: kind, note: null },
    };
  };

  const change = (wanted: Readonly<Record<string, unknown>> = {}): Answer => {
    fake.beforePost?.();
    fake.beforePost = undefined;
    const { name, originalName, originalValue, value, visibility = "masked", shouldDelete } = wanted;
    const key = String(name);
    const found = fake.secrets.get(key);
    if (originalName === null && found !== undefined) return refusal(400, `${key} exists with ${found.raw}`);
    if (originalName !== null && found === undefined) return refusal(400, `${key} not found`);
    if (originalValue !== undefined && originalValue !== found?.raw)
      return refusal(400, `${key} has changed from ${String(originalValue)}`);
    if (shouldDelete === true) fake.secrets.delete(key);
    else fake.secrets.set(key, { raw: String(value), visibility: String(visibility) });
    // Less than a reading tells (OpenAPI 1.0.0 of DopplerHQ's documentation, read 2026-11).
    const { raw, computed, note } = told(key);
    return [200, { secrets: { [key]: { raw, computed, note } }, success: true }];
  };

  const route = (call: FakeCall, given: { readonly project: unknown; readonly config: unknown }): Answer => {
    if (given.project !== place.project || given.config !== place.config)
      return refusal(404, `Could not find requested config '${String(given.config)}'`);
    if (call.method === "POST") return change(call.change);
    const name = new URL(call.path, "http://fake").searchParams.get("name") ?? "";
    return [200, { name, value: told(name), success: true }];
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "GET", url: path = "/" } = request;
    const text = await textOf(request);
    const send = ([code, body]: Answer, headers: Record<string, string> = {}): void => {
      response.writeHead(code, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(body));
    };
    if (request.headers.authorization !== `Bearer ${fake.token}`) return send(refusal(401, "Invalid Auth token"));
    const body = text === "" ? undefined : JSON.parse(text);
    const call: FakeCall = { method, path, change: body?.change_requests?.[0] };
    fake.calls.push(call);
    const fault = fake.faults.get(fake.calls.length);
    if (fault === "reset before") return void request.socket.destroy();
    if (fault === "500 before") return send(refusal(500, `internal ${fakeToken} ${String(call.change?.["value"])}`));
    if (fault === "429") return send(refusal(429, "Too many requests"), { "retry-after": "0.02" });
    if (fault === "delay") await new Promise((resolve) => setTimeout(resolve, 30));
    const index = fake.answers.findIndex((planned) => planned.method === method);
    const [planned] = index < 0 ? [] : fake.answers.splice(index, 1);
    const query = Object.fromEntries(new URL(path, "http://fake").searchParams);
    const done: Answer = planned ? [planned.status, planned.body] : route(call, body ?? query);
    if (fault === "reset after") return void request.socket.destroy();
    if (fault === "500 after") return send(refusal(500, "internal"));
    if (fault !== "lost answer") return send(done);
    response.writeHead(done[0], { "content-type": "application/json", "content-length": "100000" });
    response.write("{");
    setTimeout(() => request.socket.destroy(), 5);
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A listening TCP server has an address of this shape.
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return Object.assign(fake, { url: `http://127.0.0.1:${port}`, close });
}
