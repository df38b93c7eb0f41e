import { Refusal, type ResponseHeaders } from "../kit/base/refusal.js";

/** Codes of google.rpc.Code that TiDB Cloud's errors carry beside the HTTP status. */
export const rpcCodes = {
  invalidArgument: 3,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

const unknownCode = 2;

/**
 * Code and text by HTTP status. 429 as the specification shows it (tidbcloud/tidbcloud-cli 19aea6a,
 * cluster.swagger.json), with the gateway's own code; the other texts are not published.
 */
const byStatus: Readonly<Record<number, readonly [code: number, message: string]>> = {
  400: [rpcCodes.invalidArgument, "the request is invalid"],
  401: [rpcCodes.unauthenticated, "the API key cannot be authenticated"],
  403: [rpcCodes.permissionDenied, "the API key does not have permission to access the resource"],
  404: [rpcCodes.notFound, "not found"],
  409: [rpcCodes.alreadyExists, "already exists"],
  413: [rpcCodes.invalidArgument, "the request body is too large"],
  429: [49900007, "The request exceeded the limit of 100 times per apikey per minute. Please try again later."],
  500: [rpcCodes.internal, "internal server error"],
  503: [rpcCodes.unavailable, "the service is unavailable"],
};

/** Body of an error in the form of google.rpc.Status. */
export function statusBody(status: number, message: string | undefined): unknown {
  const [code, text] = byStatus[status] ?? [unknownCode, "unknown error"];
  return { code, message: message ?? text, details: [] };
}

/** Body of an error of the IAM service, which has a form of its own (tidbcloud/tidbcloud-cli 19aea6a, iam.swagger.json). */
export function iamErrorBody(status: number, message: string | undefined): unknown {
  const [, text] = byStatus[status] ?? [unknownCode, "unknown error"];
  return { code: String(status), error: message ?? text, msgPrefix: "iam", status };
}

/** A refusal whose code does not follow from its status. */
export function refusal(status: number, code: number, message: string): Refusal {
  return new Refusal(status, message, { body: { code, message, details: [] } });
}

/** 400 INVALID_ARGUMENT. */
export function invalid(message: string): Refusal {
  return new Refusal(400, message);
}

/** 400 FAILED_PRECONDITION: not in this state. */
export function wrongState(message: string): Refusal {
  return refusal(400, rpcCodes.failedPrecondition, message);
}

/** A refusal from a setting such as "400/9". */
export function refusalOf(response: `${number}/${number}`, message: string): Refusal {
  const [status, code] = response.split("/").map(Number);
  return refusal(status ?? 400, code ?? unknownCode, message);
}

/** A refusal with the text of its status, and with headers. */
export function refusalWithHeaders(status: number, headers: ResponseHeaders): Refusal {
  const [, message = ""] = byStatus[status] ?? [];
  return new Refusal(status, message, { headers });
}
