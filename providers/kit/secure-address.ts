import { isSecureUrl } from "../../contract/secure-url.js";

/** What is wrong with the address of an API, at which a key or an answer would not be safe; undefined: nothing. */
export function addressProblem(address: string, example: string): string | undefined {
  if (!URL.canParse(address)) return `expected an address such as ${example}`;
  const { username, password, search, hash } = new URL(address);
  if (username !== "" || password !== "") return "expected an address without user and password";
  if (search !== "" || hash !== "") return "expected an address without query and fragment";
  if (isSecureUrl(address)) return undefined;
  return `expected an https address (http for this machine alone), got "${address}"`;
}
