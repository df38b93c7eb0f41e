import { PlantonError } from "../../contract/planton-error.js";
import { isLoopbackUrl, isSecureUrl } from "../../http/secure-url.js";
import { backendText } from "./backend.js";

/** Backends that keep state in files, an object store, a database, or behind TLS. */
const schemes: ReadonlySet<string> = new Set(["file", "https", "s3", "gs", "azblob", "postgres", "postgresql"]);

/** Parameters of object stores that switch TLS off. */
const withoutTls = ["disableSSL", "disable_https"];

/**
 * Throws E_PROJECT_INVALID for a backend that a file may not name: an unknown scheme, or one that sends state and the
 * login's token over a network without TLS. `file` is the file that names it.
 */
export function assertFileBackend(url: string, file: string): void {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase() ?? "";
  if (isLoopbackUrl(url) || (schemes.has(scheme) && !isPlainStore(url))) return;
  throw new PlantonError({
    code: "E_PROJECT_INVALID",
    message: `"${file}" names the backend "${backendText(url)}", expected file://, https://, s3://, gs://, azblob:// or postgres://, each with TLS`,
    hint: "correct the file; a backend that you trust as it is can be set by PULUMI_BACKEND_URL",
  });
}

/** True for an object store that is reached by http and is not on this machine. */
function isPlainStore(url: string): boolean {
  const query = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1] ?? "");
  const endpoint = query.get("endpoint") ?? "";
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`;
  if (endpoint !== "" && isLoopbackUrl(address)) return false;
  return (endpoint !== "" && !isSecureUrl(address)) || withoutTls.some((name) => query.get(name) === "true");
}
