import { Client, credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import { type PlantonError, problemsOf } from "../../../contract/planton-error.js";
import { formatProblem } from "../../manifest/format-problem.js";
import type { EngineLog } from "../run-request.js";

/** A log to the engine at an address, and a way to close the connection. */
export function openEngineLog(engineAddress: string): { readonly log: EngineLog; readonly close: () => void } {
  const client = new EngineClient(engineAddress, credentials.createInsecure());
  return {
    log: (severity, message) =>
      new Promise((resolve, reject) => {
        const request = new engineProto.LogRequest();
        request.setSeverity(severity === "error" ? engineProto.LogSeverity.ERROR : engineProto.LogSeverity.WARNING);
        request.setMessage(message);
        client.log(request, (error: Error | null) => (error === null ? resolve() : reject(error)));
      }),
    close: () => Client.prototype.close.call(client),
  };
}

/** Shows every problem of an error through the engine, one diagnostic each, in the text form of the command line. */
export async function showError(error: PlantonError, log: EngineLog): Promise<void> {
  for (const problem of problemsOf(error)) await log("error", formatProblem(problem));
}
