/** True for an http:// address of this machine, where a secret may be sent without encryption. */
export function isLoopbackUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (
    protocol === "http:" && (/^127(?:\.\d+){3}$/.test(hostname) || hostname === "localhost" || hostname === "[::1]")
  );
}
