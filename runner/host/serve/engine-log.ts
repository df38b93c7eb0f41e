import { Client, credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import { type PlantonError, problemsOf } from "../../../contract/planton-error.js";
import { printableLines } from "../../../contract/text/printable.js";
import { formatProblem, shownProblems } from "../../manifest/format-problem.js";
import type { EngineLog } from "../run-request.js";

/** A log to the engine at an address, and a way to close the connection. */
export function openEngineLog(engineAddress: string): { readonly log: EngineLog; readonly close: () => void } {
  const client = new EngineClient(engineAddress, credentials.createInsecure());
  return {
    log: (severity, message) =>
      new Promise((resolve, reject) => {
        const request = new engineProto.LogRequest();
        request.setSeverity(severity === "error" ? engineProto.LogSeverity.ERROR : engineProto.LogSeverity.WARNING);
        request.setMessage(printableLines(message));
        client.log(request, (error: Error | null) => (error === null ? resolve() : reject(error)));
      }),
    close: () => Client.prototype.close.call(client),
  };
}

/** Shows an error's problems through the engine, one diagnostic each, in the text form of the command line. */
export async function showError(error: PlantonError, log: EngineLog): Promise<void> {
  const { shown, rest } = shownProblems(problemsOf(error));
  for (const problem of shown) await log("error", formatProblem(problem));
  if (rest !== undefined) await log("error", rest);
}
