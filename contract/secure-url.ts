/** True for an http(s) address whose host is this machine itself. */
export function isLoopbackUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  if (protocol !== "http:" && protocol !== "https:") return false;
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d+){3}$/.test(hostname);
}

/** True for an address at which a secret may be sent: https://, or http:// on this machine. */
export function isSecureUrl(text: string): boolean {
  return URL.canParse(text) && (new URL(text).protocol === "https:" || isLoopbackUrl(text));
}
