import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { Client, credentials, status } from "@grpc/grpc-js";
import { afterEach, describe, expect, test, vi } from "vitest";
import { foreignOwner, type OwnUserServer, ownUserServer } from "./own-user-server.js";
import { type SocketOwner, type SocketOwners, socketOwners } from "./socket-owner.js";

const bytes = (value: Buffer): Buffer => value;
const method = { requestStream: false, responseStream: false, requestSerialize: bytes, requestDeserialize: bytes };
const echo = { ...method, path: "/test.Echo/Echo", responseSerialize: bytes, responseDeserialize: bytes };

let calls = 0;
let opened: OwnUserServer | undefined;
afterEach(() => {
  opened?.close();
  opened?.server.forceShutdown();
  calls = 0;
});

async function listen(owners: SocketOwners, uid: number | undefined): Promise<number> {
  opened = ownUserServer({}, { owners, uid });
  opened.server.addService(
    { echo },
    {
      echo: (call: { request: Buffer }, reply: (error: null, response: Buffer) => void) => {
        calls += 1;
        reply(null, call.request);
      },
    },
  );
  return opened.listen();
}

/** Calls the server; gives the status code. */
function call(port: number, path = echo.path): Promise<number> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, bytes, bytes, Buffer.from("hello"), (error) => {
      client.close();
      resolve(error === null ? status.OK : error.code);
    });
  });
}

const owners = (peer: SocketOwner, listener: SocketOwner): SocketOwners => ({
  ofPeer: () => peer,
  ofListener: () => listener,
});

describe("a server of the user 1000", () => {
  test.each([
    { peer: 1000, listener: 1000, code: status.OK },
    { peer: 0, listener: 1000, code: status.OK },
    { peer: 1234, listener: 1000, code: status.PERMISSION_DENIED },
    { peer: "nobody", listener: 1000, code: status.PERMISSION_DENIED },
    { peer: "unknown", listener: "unknown", code: status.OK },
    // A table that gives another user for the server's own socket says nothing about others.
    { peer: 1234, listener: 65_534, code: status.OK },
  ] as const)("gives $code to $peer where its own socket is of $listener", async ({ peer, listener, code }) => {
    expect(await call(await listen(owners(peer, listener), 1000))).toBe(code);
    expect(calls).toBe(code === status.OK ? 1 : 0);
  });

  test("takes every call where users have no numbers", async () => {
    expect(await call(await listen(owners(1234, "unknown"), undefined))).toBe(status.OK);
  });
});

describe("shutting down", () => {
  // What grpc-go (1.83) sends when it closes: its own last stream in GOAWAY, for which node destroys the session.
  const goodbye = Buffer.from("000008070000000000" + "00000007" + "00000000", "hex");
  const preface = Buffer.concat([
    Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    Buffer.from("000000040000000000", "hex"),
  ]);

  // How far the end of the connection has come by then depends on the turns of the event loop.
  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])("ends %i turns after the engine has said goodbye", async (turns) => {
    const socket = connect({ host: "127.0.0.1", port: await listen(owners(1000, 1000), 1000) });
    socket.write(preface);
    await once(socket, "data");
    socket.write(goodbye);
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await opened?.shutDown();
  });

  test("waits for the call under way", async () => {
    const port = await listen(owners(1000, 1000), 1000);
    let ended: (() => void) | undefined;
    opened?.server.addService(
      { wait: { ...method, path: "/test.Echo/Wait", responseSerialize: bytes, responseDeserialize: bytes } },
      {
        wait: (call: { request: Buffer }, reply: (error: null, response: Buffer) => void) => {
          ended = () => reply(null, call.request);
        },
      },
    );
    const code = call(port, "/test.Echo/Wait");
    await vi.waitFor(() => expect(ended).toBeDefined());
    const order: string[] = [];
    const shutDown = opened?.shutDown().then(() => order.push("shut down"));
    order.push("call ends");
    ended?.();
    expect(await code).toBe(status.OK);
    await shutDown;
    expect(order).toEqual(["call ends", "shut down"]);
  });
});

describe.runIf(process.platform === "linux")("on this system", () => {
  test("the user's own calls are taken", async () => {
    expect(await call(await listen(socketOwners(), process.geteuid?.()))).toBe(status.OK);
  });

  test("the owners of a connection and a listener are known", async () => {
    const port = await listen(socketOwners(), process.geteuid?.());
    const socket = connect({ host: "127.0.0.1", port });
    await new Promise((resolve) => socket.once("connect", resolve));
    const remotePort = socket.localPort ?? 0;
    expect(socketOwners().ofListener(port)).toBe(process.geteuid?.());
    expect(socketOwners().ofPeer({ localPort: port, remotePort })).toBe(process.geteuid?.());
    socket.destroy();
    expect(foreignOwner(socketOwners().ofPeer({ localPort: port, remotePort }), 1000)).toBe("a process that is gone");
  });

  test.runIf(process.geteuid?.() === 0)("another user's calls are refused (needs root)", async () => {
    const port = await listen(socketOwners(), 0);
    const module = JSON.stringify(import.meta.resolve("@grpc/grpc-js"));
    const source = `
      const { default: { Client, credentials } } = await import(${module});
      const bytes = (value) => value;
      process.setgid(65534); process.setuid(65534);
      const client = new Client("127.0.0.1:${port}", credentials.createInsecure());
      client.makeUnaryRequest("${echo.path}", bytes, bytes, Buffer.from("x"), (error) => {
        console.log(error?.code); client.close();
      });`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", source], { stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (printed += part));
    await new Promise((resolve) => child.once("close", resolve));
    expect(printed.trim()).toBe(String(status.PERMISSION_DENIED));
    expect(calls).toBe(0);
  });
});
