import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeTransport } from "./transport.js";

let server: Server;
let url = "";

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/silent") return;
    if (request.url === "/cut") {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => response.destroy());
      return;
    }
    if (request.url === "/echo") {
      response.writeHead(200, { "x-request": `${request.method} ${request.headers["content-length"]}` });
      request.pipe(response);
      return;
    }
    response.writeHead(Number(request.url?.slice(1)), { "content-type": "application/json" });
    response.end(JSON.stringify({ said: request.headers.authorization, umlaut: "ä" }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const get = (path: string, timeoutMs = 10_000) =>
  nodeTransport(`${url}${path}`, {
    headers: { authorization: "Bearer t" },
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  });

const plain = () => ({ headers: {}, redirect: "manual", signal: AbortSignal.timeout(10_000) }) as const;

describe("nodeTransport", () => {
  it.each([200, 401, 500])("gives status %d and the whole body", async (status) => {
    const response = await get(`/${status}`);
    expect(response.status).toBe(status);
    expect(JSON.parse(await response.text())).toEqual({ said: "Bearer t", umlaut: "ä" });
  });

  it.each(["POST", "PATCH", "DELETE"])("sends a body with its length by %s", async (method) => {
    const response = await nodeTransport(`${url}/echo`, { ...plain(), method, body: "[ä]" });
    expect([response.headers.get("X-Request"), response.headers.get("x-none")]).toEqual([`${method} 4`, null]);
    expect(await response.text()).toBe("[ä]");
  });

  it.each([
    ["the response is cut off", async () => (await get("/cut")).text()],
    ["the signal aborts", () => get("/silent", 50)],
    ["nothing listens", () => nodeTransport("http://127.0.0.1:1/", plain())],
    ["the URL is none", () => nodeTransport("nowhere", plain())],
  ])("rejects when %s", async (_, attempt) => {
    await expect(attempt()).rejects.toThrow();
  });
});
