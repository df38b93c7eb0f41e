import { readFileSync } from "node:fs";

/**
 * The user id of a socket's owner. "unknown": the system does not say whose sockets are whose. "nobody": it does, and no
 * process holds that socket any more, or there is none.
 */
export type SocketOwner = number | "unknown" | "nobody";

/** A connection over 127.0.0.1 as the side that accepted it sees it. */
export interface LoopbackConnection {
  readonly localPort: number;
  readonly remotePort: number;
}

/** Whose sockets on this machine are whose. */
export interface SocketOwners {
  /** The owner of the other end of a connection. */
  readonly ofPeer: (connection: LoopbackConnection) => SocketOwner;
  /** The owner of what listens on a port of 127.0.0.1: "nobody" where several users do, "unknown" where nothing does. */
  readonly ofListener: (port: number) => SocketOwner;
}

/** One line of /proc/net/tcp or tcp6 (proc_net_tcp.rst of Linux 6.12): addresses as "0100007F:1F90". */
interface SocketRow {
  readonly local: string;
  readonly remote: string;
  readonly state: string;
  readonly uid: number;
  /** "0" once no process holds the socket; the kernel then gives root as its owner. */
  readonly inode: string;
}

const established = "01";
const listening = "0A";
/** 127.0.0.1, also mapped to IPv6. */
const loopback = ["0100007F", "0000000000000000FFFF00000100007F"];
/** Addresses on which a listener gets what is sent to 127.0.0.1. */
const reachable = [...loopback, "00000000", "00000000000000000000000000000000"];
/** The kernel gives the table in parts, and a line may be missed that moves meanwhile. */
const readsPerQuestion = 3;

/** The kernel's tables of TCP sockets; empty where it has none. */
function readSocketTables(): string {
  return ["/proc/net/tcp", "/proc/net/tcp6"].map(readTable).join("\n");
}

function readTable(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    // Another system than Linux, or one without IPv6.
    return "";
  }
}

/** The owners as the kernel's tables say them. `tables` is read for every question. */
export function socketOwners(tables: () => string = readSocketTables): SocketOwners {
  const ownerOf = (matches: (row: SocketRow) => boolean, missing: SocketOwner): SocketOwner => {
    let hasTables = false;
    for (let read = 0; read < readsPerQuestion; read += 1) {
      const rows = rowsOf(tables());
      hasTables ||= rows.length > 0;
      const [owner, ...others] = new Set(
        rows.filter(matches).map(({ uid, inode }) => (inode === "0" ? "nobody" : uid)),
      );
      if (owner !== undefined) return others.length === 0 ? owner : "nobody";
    }
    return hasTables ? missing : "unknown";
  };
  return {
    ofPeer: ({ localPort, remotePort }) => {
      const [local, remote] = [addresses(loopback, remotePort), addresses(loopback, localPort)];
      const isPeer = (row: SocketRow): boolean => local.has(row.local) && remote.has(row.remote);
      return ownerOf((row) => row.state === established && isPeer(row), "nobody");
    },
    ofListener: (port) => {
      const local = addresses(reachable, port);
      return ownerOf((row) => row.state === listening && local.has(row.local), "unknown");
    },
  };
}

function addresses(hosts: readonly string[], port: number): ReadonlySet<string> {
  const portText = port.toString(16).toUpperCase().padStart(4, "0");
  return new Set(hosts.map((host) => `${host}:${portText}`));
}

function rowsOf(tables: string): readonly SocketRow[] {
  return tables.split("\n").flatMap((line) => {
    const [number = "", local = "", remote = "", state = "", , , , uid = "", , inode = ""] = line.trim().split(/\s+/);
    return /^\d+:$/.test(number) ? [{ local, remote, state, uid: Number(uid), inode }] : [];
  });
}
