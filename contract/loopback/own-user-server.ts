import { createServer } from "node:net";
import grpc from "@grpc/grpc-js";
import { type SocketOwner, type SocketOwners, socketOwners } from "./socket-owner.js";

/** A gRPC server for the calls of one user. */
export interface OwnUserServer {
  readonly server: grpc.Server;
  /** Listens on a free port of 127.0.0.1 and gives it. Rejects with the system's error. */
  readonly listen: () => Promise<number>;
  /** Takes no further connections. */
  readonly close: () => void;
  /** Takes no further connections and calls; resolves when the calls under way have ended and no connection is open. */
  readonly shutDown: () => Promise<void>;
}

/** Who asks whom; default: this process and this system. */
interface OwnUserContext {
  readonly owners: SocketOwners;
  /** User id of this process; undefined where there are none. */
  readonly uid: number | undefined;
}

/** Why a socket's owner may not take part; undefined when he may. Root may do everything anyway. */
export function foreignOwner(owner: SocketOwner, uid: number | undefined): string | undefined {
  if (owner === "unknown" || uid === undefined || owner === uid || owner === 0) return undefined;
  return owner === "nobody" ? "a process that is gone" : `another user (uid ${owner})`;
}

/**
 * A gRPC server that refuses the calls of other users of the machine with PERMISSION_DENIED, where the system says whose
 * a connection is (Linux). The port of a plugin has no password: the engine knows none.
 */
export function ownUserServer(
  options: grpc.ServerOptions,
  { owners, uid }: OwnUserContext = { owners: socketOwners(), uid: process.geteuid?.() },
): OwnUserServer {
  // Of every open connection: why its calls are refused, "" for one whose calls are taken.
  const verdicts = new Map<string, string>();
  const refuseOthers: grpc.ServerInterceptor = (_method, call) => {
    const peer = verdicts.get(call.getPeer()) ?? "a process that is gone";
    if (peer === "") return new grpc.ServerInterceptingCall(call);
    const details = `this port serves the user alone who started it (uid ${uid}), and the call is of ${peer}`;
    call.sendStatus({ code: grpc.status.PERMISSION_DENIED, details });
    return new grpc.ServerInterceptingCall(call, { start: () => {} });
  };
  const server = new grpc.Server({ ...options, interceptors: [refuseOthers] });
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  // The kernel's tables are believed only when they say of this process's own listener whose it is.
  let namesOwners = false;
  const listener = createServer({ noDelay: true }, (socket) => {
    const { localPort, remotePort, remoteAddress } = socket;
    if (localPort === undefined || remotePort === undefined) {
      socket.destroy();
      return;
    }
    // Asked once, while both ends are open: afterwards another user may have the other end's port.
    const peer = namesOwners ? foreignOwner(owners.ofPeer({ localPort, remotePort }), uid) : undefined;
    const address = `${remoteAddress}:${remotePort}`;
    verdicts.set(address, peer ?? "");
    socket.once("close", () => verdicts.delete(address));
    injector.injectConnection(socket);
  });
  return {
    server,
    listen: () =>
      new Promise((resolve, reject) => {
        listener.once("error", reject);
        listener.listen({ host: "127.0.0.1", port: 0 }, () => {
          const address = listener.address();
          const port = typeof address === "object" && address !== null ? address.port : 0;
          namesOwners = uid !== undefined && owners.ofListener(port) === uid;
          resolve(port);
        });
      }),
    close: () => void listener.close(),
    shutDown: () =>
      new Promise((resolve) => {
        // grpc-go (1.83) names its own last stream in GOAWAY, for which node (20) destroys the session; while its socket
        // still closes, tryShutdown of grpc-js (1.14.7) waits for a callback that never comes. The listener counts sockets.
        server.tryShutdown(() => {});
        listener.close(() => resolve());
      }),
  };
}
