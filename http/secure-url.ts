/** True for an http(s) URL whose host is this machine itself. */
export function isLoopbackUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") return false;
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d+){3}$/.test(hostname);
}

/** True for a URL to which a secret may be sent: https, or http on this machine. */
export function isSecureUrl(url: string): boolean {
  return URL.canParse(url) && (new URL(url).protocol === "https:" || isLoopbackUrl(url));
}

/** Why a string cannot be the base URL of an API that credentials are sent to; undefined when it can. */
export function baseUrlProblem(url: string): string | undefined {
  if (URL.canParse(url)) {
    const { username, password, search, hash } = new URL(url);
    // Not quoted: it may contain a password.
    if (username !== "" || password !== "") return "expected a URL without user and password";
    if (search !== "" || hash !== "")
      return `"${url}" has a query or a fragment, which the URL of an API must not have`;
  }
  return isSecureUrl(url) ? undefined : `"${url}" is no https:// URL (http:// is for this machine alone)`;
}
