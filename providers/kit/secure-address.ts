/** True for an http(s) address whose host is this machine itself. */
export function isLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  if (protocol !== "http:" && protocol !== "https:") return false;
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** True when nobody between can read along or change the address's answers: https, or this machine itself. */
export function isSecureAddress(address: string): boolean {
  return URL.canParse(address) && (new URL(address).protocol === "https:" || isLoopback(address));
}
