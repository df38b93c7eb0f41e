import type { ErrorBody, VendorResponse } from "../vendor/sandbox-vendor.js";
import type { FaultEffect } from "./fault.js";

/** The response that a fault gives in place of the vendor's; undefined when it gives none. */
export function faultResponse(
  fault: FaultEffect | undefined,
  errorBody: ErrorBody,
  requestId: string,
): VendorResponse | undefined {
  if (fault?.status === undefined) return undefined;
  const { status, message, retryAfterSeconds } = fault;
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  if (fault.html !== true) return { status, body: errorBody(status, message, requestId), headers };
  const title = `${status} ${message ?? "Bad Gateway"}`;
  return {
    status,
    text: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`,
    headers: { ...headers, "content-type": "text/html" },
  };
}
