import { errorCodes } from "../../../contract/error-codes.js";
import { isPlantonError, messageOf } from "../../../contract/planton-error.js";
import { printable, printableLines } from "../../../contract/text/printable.js";
import { redact, redactor } from "../../../contract/text/redact.js";
import type { CheckFailure } from "../schema/check-properties.js";
import { type Properties, secretStrings } from "../schema/property-value.js";
import { anyPb, grpc, providerPb, statusPb, writeProperties } from "./protocol.js";

/** What a gRPC call returns instead of a message. */
export interface GrpcError {
  readonly code: number;
  readonly details: string;
  readonly metadata?: InstanceType<typeof grpc.Metadata>;
}

/**
 * Any error as a gRPC status: the message for people, with what to do about it when the thrower said so. `secrets`: what
 * the request held of them, as the vendor may have repeated it.
 */
export function grpcErrorOf(error: unknown, secrets: readonly string[] = []): GrpcError {
  if (isPlantonError(error)) {
    const hint = error.hint === errorCodes[error.code].hint ? "" : `\nhint: ${error.hint}`;
    const code = error.code === "E_INTERRUPTED" ? grpc.status.CANCELLED : grpc.status.UNKNOWN;
    const message = printable(redact(error.message, secrets));
    return { code, details: message + printableLines(redact(hint, secrets)) };
  }
  const details = messageOf(error);
  return { code: grpc.status.INTERNAL, details: printableLines(redact(details, secrets)) };
}

/** Failures of a check as a gRPC status, for calls whose response has no place for them. */
export function grpcErrorOfFailures(
  what: string,
  failures: readonly CheckFailure[],
  secrets: readonly string[],
): GrpcError {
  const lines = failures.map(({ property, reason }) => `${property}: ${reason}`);
  return { code: grpc.status.INVALID_ARGUMENT, details: printable(redact(`${what}: ${lines.join("; ")}`, secrets)) };
}

/** A resource that is there but not finished: the engine keeps it in the state together with the reasons. */
export interface UnfinishedResource {
  readonly id: string;
  readonly state: Properties;
  readonly inputs: Properties;
  readonly reasons: readonly string[];
  readonly refreshBeforeUpdate: boolean;
}

/** The status by which the engine learns of an unfinished resource (ErrorResourceInitFailed in the trailer). */
export function grpcErrorOfUnfinished(resource: UnfinishedResource): GrpcError {
  const detail = new providerPb.ErrorResourceInitFailed();
  detail.setId(resource.id);
  detail.setProperties(writeProperties(resource.state));
  detail.setInputs(writeProperties(resource.inputs));
  const hide = redactor([...secretStrings(resource.inputs), ...secretStrings(resource.state)]);
  detail.setReasonsList(resource.reasons.map((reason) => printableLines(hide(reason))));
  detail.setRefreshBeforeUpdate(resource.refreshBeforeUpdate);
  const packed = new anyPb.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const message = "resource is there but not finished";
  const status = new statusPb.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}

/** The messages of the failures of a check. `secrets`: what the request held of them. */
export function failureMessages(
  failures: readonly CheckFailure[],
  secrets: readonly string[],
): InstanceType<typeof providerPb.CheckFailure>[] {
  const hide = redactor(secrets);
  return failures.map(({ property, reason }) => {
    const message = new providerPb.CheckFailure();
    message.setProperty(property);
    message.setReason(printable(hide(reason)));
    return message;
  });
}
