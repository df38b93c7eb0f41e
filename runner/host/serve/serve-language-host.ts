import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { ownUserServer } from "../../../contract/loopback/own-user-server.js";

/** What {@link serveLanguageHost} needs of its process. */
interface LanguageHostContext {
  /** Writes the port line to standard output; nothing else is ever written there. */
  readonly announce: (line: string) => void;
  /** Process id of the parent now. */
  readonly parentPid: () => number;
  readonly exit: (code: number) => void;
  readonly onSignal: (signal: "SIGINT" | "SIGTERM", listener: () => void) => void;
}

const parentCheckMs = 500;
const shutdownLimitMs = 500;

/**
 * Serves the language runtime on a free loopback port and announces it. The process ends when the Pulumi CLI that
 * started it is gone, however that ended, so that nothing is left behind. Calls of other users are refused.
 */
export function serveLanguageHost(service: UntypedServiceImplementation, context: LanguageHostContext): void {
  const { server, listen, shutDown } = ownUserServer({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(LanguageRuntimeService, service);
  const parent = context.parentPid();
  setInterval(() => {
    if (context.parentPid() !== parent) context.exit(1);
  }, parentCheckMs).unref();
  // The engine closes its plugins by SIGINT and waits five seconds for each that does not end. Each is in a process
  // group of its own, so a terminal's ^C does not come here.
  context.onSignal("SIGINT", () => {
    void shutDown().then(() => context.exit(0));
    // A program whose registrations have failed may never end, and nobody waits for its response any more.
    setTimeout(() => context.exit(0), shutdownLimitMs).unref();
  });
  context.onSignal("SIGTERM", () => context.exit(0));
  listen().then(
    (port) => context.announce(`${port}\n`),
    () => context.exit(1),
  );
}
