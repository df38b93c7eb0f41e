import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock } from "../contract/clock.js";
import { createTrace, noTrace } from "../contract/trace.js";
import { bearer } from "./authentication.js";
import { createHttpClient, type HttpClient } from "./http-client.js";
import { noRetries } from "./retry.js";
import { tracedTransport } from "./traced-transport.js";
import { nodeTransport } from "./transport.js";

const token = "t0ken-of-the-user";
const password = "passw0rd-in-a-body";

let server: Server;
let lines: string[];
let respond: (response: ServerResponse) => void;
beforeEach(async () => {
  lines = [];
  server = createServer((_request, response) => respond(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function openClient(): HttpClient {
  const trace = createTrace({ source: "test[1]", nowMs: Date.now, write: (line) => lines.push(line) });
  return createHttpClient({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    authentication: bearer(token),
    fetch: tracedTransport(nodeTransport, trace),
    clock: systemClock,
    retry: { ...noRetries, retryMax: 1 },
    timeoutMs: 5000,
    userAgent: "test",
  });
}

/** The lines without time and port. */
const seen = (): readonly string[] =>
  lines.map((line) =>
    line
      .replace(/^\S+ \S+ /, "")
      .replace(/127\.0\.0\.1:\d+/g, "HOST")
      .replace(/ms=\d+/, "ms=N"),
  );

it("a request is a line with status, time, the vendor's id of it and the state of the resource, without its body", async () => {
  respond = (response) => {
    response.writeHead(200, { "x-request-id": "r-1" });
    response.end(JSON.stringify({ database: { status: "creating", password } }));
  };
  const response = await openClient().send({ method: "POST", path: `/v2/databases?key=${token}`, body: { password } });
  expect(response.body).toEqual({ database: { status: "creating", password } });
  expect(seen()).toEqual([
    "http method=POST path=/v2/databases?key=[secret] host=HOST status=200 request-id=r-1 state=creating ms=N",
  ]);
});

it("a sentence, or a secret, in the place of a state is not shown", async () => {
  respond = (response) => response.end(JSON.stringify({ status: `denied: the token is ${password}, and not yours` }));
  await openClient().send({ method: "GET", path: "/" });
  expect(seen()).toEqual(["http method=GET path=/ host=HOST status=200 ms=N"]);
});

it("each try is a line, and what ended it", async () => {
  let tries = 0;
  respond = (response) => {
    tries += 1;
    if (tries === 1) response.writeHead(503).end();
    else response.destroy();
  };
  await expect(openClient().send({ method: "GET", path: "/a" })).rejects.toMatchObject({
    code: "E_VENDOR_UNREACHABLE",
  });
  expect(seen()).toEqual([
    "http method=GET path=/a host=HOST status=503 ms=N",
    'http method=GET path=/a host=HOST error=no-response message="socket hang up" ms=N',
  ]);
});

it("is the transport itself when nobody reads the trace", () => {
  expect(tracedTransport(nodeTransport, noTrace)).toBe(nodeTransport);
});
