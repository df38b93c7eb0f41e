/** What clients connect by. */
export interface Connection {
  readonly host?: string;
  readonly port?: number;
  readonly connectionUri?: string;
}

/** What the connection of a database follows from. */
export interface ConnectionFacts {
  /** HOST:PORT. */
  readonly publicEndpoint?: string | undefined;
  readonly protocol?: string | undefined;
  readonly enableTls?: boolean | undefined;
  readonly password?: string | undefined;
}

/** Host, port and URI of a database; empty as long as there is no endpoint, and without a URI for Memcached. */
export function connectionOf({ publicEndpoint, protocol, enableTls, password }: ConnectionFacts): Connection {
  const [, host, port] = /^(.+):(\d+)$/.exec(publicEndpoint ?? "") ?? [];
  if (host === undefined || port === undefined) return {};
  const place = { host, port: Number(port) };
  if (protocol === "memcached" || password === undefined) return place;
  const scheme = enableTls === true ? "rediss" : "redis";
  return { ...place, connectionUri: `${scheme}://default:${encodeURIComponent(password)}@${host}:${port}` };
}
