import { describe, expect, test } from "vitest";
import { type SocketOwner, socketOwners } from "./socket-owner.js";

const header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

/** A line of the kernel's table. */
function row({ local = "", remote = "", state = "01", uid = 1000, inode = 77 }: Partial<Row>): string {
  return `   4: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000 ${uid}        0 ${inode} 1 0000000000000000`;
}

interface Row {
  readonly local: string;
  readonly remote: string;
  readonly state: string;
  readonly uid: number;
  readonly inode: number;
}

const tablesOf = (...rows: readonly string[]): string => [header, ...rows].join("\n");
const mapped = "0000000000000000FFFF00000100007F";
/** Port 50000 at the other end, 8080 at this one. */
const peer = { local: "0100007F:C350", remote: "0100007F:1F90" };
const ours = row({ local: "0100007F:1F90", remote: "0100007F:C350", uid: 1000 });

describe("the owner of the other end of a connection", () => {
  test.each<{ what: string; rows: readonly string[]; owner: SocketOwner }>([
    { what: "a process that has it open", rows: [ours, row({ ...peer, uid: 1234 })], owner: 1234 },
    {
      what: "one with an IPv6 socket",
      rows: [row({ local: `${mapped}:C350`, remote: `${mapped}:1F90` })],
      owner: 1000,
    },
    { what: "root's name on a socket that was closed", rows: [row({ ...peer, uid: 0, inode: 0 })], owner: "nobody" },
    {
      what: "one that waits to be forgotten",
      rows: [row({ ...peer, uid: 0, state: "06", inode: 0 })],
      owner: "nobody",
    },
    { what: "none in the table", rows: [ours], owner: "nobody" },
    { what: "a system without tables", rows: [], owner: "unknown" },
  ])("is $owner for $what", ({ rows, owner }) => {
    const tables = rows.length === 0 ? "" : tablesOf(...rows);
    expect(socketOwners(() => tables).ofPeer({ localPort: 8080, remotePort: 50_000 })).toBe(owner);
  });

  test("is found where one reading of the table has missed its line", () => {
    const readings = [tablesOf(ours), tablesOf(ours, row({ ...peer, uid: 1234 }))];
    const owners = socketOwners(() => readings.shift() ?? "");
    expect(owners.ofPeer({ localPort: 8080, remotePort: 50_000 })).toBe(1234);
  });
});

describe("the owner of a listener", () => {
  const listener = { remote: "00000000:0000", state: "0A" };
  test.each<{ what: string; rows: readonly string[]; owner: SocketOwner }>([
    { what: "127.0.0.1", rows: [row({ ...listener, local: "0100007F:1F90" })], owner: 1000 },
    { what: "all addresses", rows: [row({ ...listener, local: `${"0".repeat(32)}:1F90`, uid: 5 })], owner: 5 },
    {
      what: "an address that two users listen on",
      rows: [row({ ...listener, local: "0100007F:1F90" }), row({ ...listener, local: "00000000:1F90", uid: 1234 })],
      owner: "nobody",
    },
    { what: "another port", rows: [row({ ...listener, local: "0100007F:1F91" })], owner: "unknown" },
  ])("on $what is $owner", ({ rows, owner }) => {
    expect(socketOwners(() => tablesOf(...rows)).ofListener(8080)).toBe(owner);
  });
});
