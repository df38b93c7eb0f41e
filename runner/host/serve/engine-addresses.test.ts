import { expect, test } from "vitest";
import type { SocketOwner } from "../../../contract/loopback/socket-owner.js";
import { refusedAddress } from "./engine-addresses.js";

/** Whose the listeners of some ports are. */
const listeners: Readonly<Record<number, SocketOwner>> = { 1000: 1000, 1001: 1000, 1234: 1234, 2000: "nobody" };

const own = "127.0.0.1:1000";
const monitor = "127.0.0.1:1001";

test.each([
  { what: "the engine that started the host", addresses: { monitor, engine: own }, part: undefined },
  { what: "no engine in the request", addresses: { monitor, engine: undefined }, part: undefined },
  { what: "another engine", addresses: { monitor, engine: "127.0.0.1:1001" }, part: '"127.0.0.1:1001"' },
  { what: "another user's monitor", addresses: { monitor: "127.0.0.1:1234", engine: own }, part: "uid 1234" },
  { what: "a monitor of several users", addresses: { monitor: "127.0.0.1:2000", engine: own }, part: ":2000" },
  { what: "a monitor elsewhere", addresses: { monitor: "192.0.2.7:1001", engine: own }, part: "192.0.2.7" },
  {
    what: "a monitor of an unknown owner",
    addresses: { monitor: "localhost:3000", engine: own },
    part: undefined,
  },
])("a Run request with $what", ({ addresses, part }) => {
  const owners = { ofPeer: () => "unknown" as const, ofListener: (port: number) => listeners[port] ?? "unknown" };
  const refused = refusedAddress(addresses, { startedBy: own, owners, uid: 1000 });
  expect(refused).toEqual(part === undefined ? undefined : expect.stringContaining(part));
});
