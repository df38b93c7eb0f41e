import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { VendorResponse } from "../vendor/sandbox-vendor.js";

/**
 * The response to a request that a web page may have sent: undefined when none did. A browser names the page in `Origin`;
 * without one it still sends the name that the page was loaded from in `Host`, which for a page that had its name pointed
 * here (DNS rebinding) is none of this machine's.
 */
export function refuseWebPage(request: IncomingMessage): VendorResponse | undefined {
  const { origin, host } = request.headers;
  if (origin !== undefined) return refusal(403, "the sandbox serves no web pages: the request has an Origin header");
  const name =
    /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/
      .exec(host ?? "")
      ?.slice(1)
      .join("")
      .toLowerCase() ?? "";
  if (isLoopback(name) || isNamedByCertificate(request, name)) return undefined;
  return refusal(421, "the request is for another host: reach the sandbox as 127.0.0.1 or localhost");
}

function refusal(status: number, message: string): VendorResponse {
  return { status, body: { message } };
}

function isLoopback(name: string): boolean {
  return name === "localhost" || name === "::1" || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** True on TLS for a name of the sandbox's certificate: whoever trusts that has pointed the name here himself. */
function isNamedByCertificate({ socket }: IncomingMessage, name: string): boolean {
  return name !== "" && socket instanceof TLSSocket && socket.getX509Certificate()?.checkHost(name) !== undefined;
}
