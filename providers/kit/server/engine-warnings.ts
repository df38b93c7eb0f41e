import type { Clock } from "../../../contract/clock.js";
import { printable } from "../../../contract/text/printable.js";
import type { Warn } from "../resource/provider.js";
import { engineGrpc, enginePb, grpc } from "./protocol.js";

// A warning is not worth a wait.
const limitMs = 2_000;

/** Says warnings to the engine at that address, which shows them beside the resource. */
export function engineWarnings(address: string, clock: Clock): Warn {
  return (urn, message) => {
    const request = new enginePb.LogRequest();
    request.setSeverity(enginePb.LogSeverity.WARNING);
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
