import { isSecureUrl } from "../../contract/secure-url.js";

/** True for an http(s) address whose host is this machine itself. */
export function isLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  if (protocol !== "http:" && protocol !== "https:") return false;
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** What is wrong with the address of an API, at which a key or an answer would not be safe; undefined: nothing. */
export function addressProblem(address: string, example: string): string | undefined {
  if (!URL.canParse(address)) return `expected an address such as ${example}`;
  const { username, password, search, hash } = new URL(address);
  if (username !== "" || password !== "") return "expected an address without user and password";
  if (search !== "" || hash !== "") return "expected an address without query and fragment";
  if (isSecureUrl(address)) return undefined;
  return `expected an https address (http for this machine alone), got "${address}"`;
}
