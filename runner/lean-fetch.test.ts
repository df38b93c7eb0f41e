import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leanFetch } from "./lean-fetch.js";

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
  leanFetch(`${url}${path}`, { headers: { authorization: "Bearer t" }, signal: AbortSignal.timeout(timeoutMs) });

describe("leanFetch", () => {
  it.each([200, 401, 500])("gives status %d and the whole body", async (status) => {
    const answer = await get(`/${status}`);
    expect(answer.status).toBe(status);
    expect(JSON.parse(await answer.text())).toEqual({ said: "Bearer t", umlaut: "ä" });
  });

  it.each([
    ["the answer is cut off", () => get("/cut")],
    ["the signal aborts", () => get("/silent", 50)],
    ["nothing listens", () => leanFetch("http://127.0.0.1:1/", { headers: {}, signal: AbortSignal.timeout(10_000) })],
    ["the URL is none", () => leanFetch("nowhere", { headers: {}, signal: AbortSignal.timeout(10_000) })],
  ])("rejects when %s", async (_, attempt) => {
    await expect(attempt()).rejects.toThrow();
  });
});
