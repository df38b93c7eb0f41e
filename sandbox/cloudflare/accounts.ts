import type { RawRequest } from "../kit/vendor/sandbox-vendor.js";
import { refusal } from "./envelope.js";

/** An account of the sandbox. */
export interface Account {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
}

/** Who calls. */
export interface Caller {
  /** Id of the token; "" for the global key. */
  readonly tokenId: string;
  /** The accounts that it sees. */
  readonly accounts: readonly Account[];
  /** True: it may read everything and change nothing. */
  readonly readOnly: boolean;
}

/** The account of {@link defaultToken}. */
export const defaultAccount: Account = { id: "5a".repeat(16), name: "Sandbox" };
/** An account that only {@link secondToken} and {@link bothToken} see. */
export const secondAccount: Account = { id: "5b".repeat(16), name: "Second Sandbox" };

const tokenOf = (letter: string): string => `sandbox-${letter.repeat(32)}`;

/** The dummy token of the default account; of the vendor's form (40 characters), worth nothing outside the sandbox. */
export const defaultToken = tokenOf("a");
/** A dummy token of the second account, which sees nothing of the first. */
export const secondToken = tokenOf("b");
/** A dummy token that sees both accounts. */
export const bothToken = tokenOf("c");
/** A dummy token of the default account that may change nothing. */
export const readOnlyToken = tokenOf("d");
/** A dummy token that was disabled. */
export const disabledToken = tokenOf("e");
/** The dummy global key of {@link keyEmail}'s user, who sees both accounts. */
export const globalKey = `${"5a".repeat(18)}5`;
/** The user of {@link globalKey}. */
export const keyEmail = "sammy@sandbox.invalid";

const tokens: ReadonlyMap<string, Caller> = new Map([
  [defaultToken, { tokenId: "aa".repeat(16), accounts: [defaultAccount], readOnly: false }],
  [secondToken, { tokenId: "bb".repeat(16), accounts: [secondAccount], readOnly: false }],
  [bothToken, { tokenId: "cc".repeat(16), accounts: [defaultAccount, secondAccount], readOnly: false }],
  [readOnlyToken, { tokenId: "dd".repeat(16), accounts: [defaultAccount], readOnly: true }],
]);

/** Uploads of a Worker's static files prove themselves with the token of their session, which the route checks. */
function uploadCaller({ authorization, path }: Pick<RawRequest, "authorization" | "path">): Caller | undefined {
  const [, id] = /^\/client\/v4\/accounts\/([^/]+)\/workers\/assets\/upload$/.exec(path) ?? [];
  if (id === undefined || !/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/i.test(authorization)) return undefined;
  return { tokenId: "", accounts: [defaultAccount, secondAccount].filter((one) => one.id === id), readOnly: false };
}

/**
 * Who calls. Refuses as Cloudflare does: 9106 without credentials, 6003 for a token of a form that none has, 1000 for one
 * that there is not, 9103 for an unknown key, 10000 for what the caller may not do (developers.cloudflare.com, "API
 * error codes", and Cloudflare's clients, read 2026-11).
 */
export function authenticate({ authorization, headers, method, path }: RawRequest): Caller {
  const uploader = uploadCaller({ authorization, path });
  if (uploader !== undefined) return uploader;
  const [scheme = "", token = ""] = authorization.split(/\s+/);
  const key = headers["x-auth-key"] ?? "";
  if (authorization === "" && key === "")
    throw refusal(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers");
  if (authorization === "") {
    if (key !== globalKey || headers["x-auth-email"] !== keyEmail)
      throw refusal(403, 9103, "Unknown X-Auth-Key or X-Auth-Email");
    return { tokenId: "", accounts: [defaultAccount, secondAccount], readOnly: false };
  }
  if (scheme.toLowerCase() !== "bearer" || !/^[0-9A-Za-z_-]{40,80}$/.test(token))
    throw refusal(400, 6003, "Invalid request headers");
  const caller = tokens.get(token);
  if (caller === undefined) throw refusal(401, 1000, "Invalid API Token");
  if (caller.readOnly && method !== "GET") throw refusal(403, 10000, "Authentication error");
  const [, account] = /^\/client\/v4\/accounts\/([^/]+)/.exec(path) ?? [];
  if (account !== undefined && !caller.accounts.some(({ id }) => id === account))
    throw refusal(403, 10000, "Authentication error");
  return caller;
}
