import type { Clock } from "../../../contract/clock.js";
import { printable } from "../../../contract/text/printable.js";
import { engineGrpc, enginePb, grpc } from "./protocol.js";

// A message is not worth a wait.
const limitMs = 2_000;

/** Sends messages to the engine at that address, which shows them beside the resource, else beside the stack. */
export function engineLog(
  address: string,
  clock: Clock,
): (severity: "warning" | "info", message: string, urn?: string) => Promise<void> {
  return (severity, message, urn = "") => {
    const request = new enginePb.LogRequest();
    request.setSeverity(enginePb.LogSeverity[severity === "info" ? "INFO" : "WARNING"]);
    request.setUrn(urn);
    request.setMessage(printable(message));
    const client = new engineGrpc.EngineClient(address, grpc.credentials.createInsecure());
    return new Promise((resolve) => {
      // What cannot be said is lost: the work it is about is done, and must not fail for it.
      client.log(request, new grpc.Metadata(), { deadline: clock.nowMs() + limitMs }, () => {
        client.close();
        resolve();
      });
    });
  };
}
