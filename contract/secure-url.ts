/** True for an http:// address of this machine, where a secret may be sent without encryption. */
export function isLoopbackUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (
    protocol === "http:" && (/^127(?:\.\d+){3}$/.test(hostname) || hostname === "localhost" || hostname === "[::1]")
  );
}

/** True for an address at which a secret may be sent: https://, or http:// on this machine. */
export function isSecureUrl(text: string): boolean {
  return URL.canParse(text) && (new URL(text).protocol === "https:" || isLoopbackUrl(text));
}
