import { Refusal } from "../kit/base/refusal.js";
import type { RawRequest } from "../kit/vendor/sandbox-vendor.js";
import { messages } from "./messages.js";

/** An account of the sandbox. */
export interface Account {
  /** UUID of the user, 40 hex digits as DigitalOcean writes them. */
  readonly uuid: string;
  readonly email: string;
  readonly name: string;
  readonly teamUuid: string;
  readonly teamName: string;
  /** Number in the host names of its clusters. */
  readonly number: number;
  /** Id of the project that clusters go to by default. */
  readonly defaultProjectId: string;
}

/** Who calls: an account, and whether the token may only read databases, VPCs and tags. */
export interface Caller {
  readonly account: Account;
  readonly readOnly: boolean;
}

/** The dummy key of the default account; of the vendor's form, worth nothing outside the sandbox. */
export const defaultToken = `dop_v1_${"5a".repeat(32)}`;
/** A dummy key of a second account, which sees nothing of the first. */
export const secondToken = `dop_v1_${"5b".repeat(32)}`;
/** A dummy key of the default account that may only read databases, VPCs and tags, and sees no passwords. */
export const readOnlyToken = `dop_v1_${"5c".repeat(32)}`;

/** The account of {@link defaultToken} and {@link readOnlyToken}. */
export const defaultAccount: Account = {
  uuid: "5a".repeat(20),
  email: "sammy@sandbox.invalid",
  name: "Sammy Sandbox",
  teamUuid: "a5".repeat(20),
  teamName: "Sandbox Team",
  number: 1000001,
  defaultProjectId: "5a5a5a5a-0000-4000-8000-000000000001",
};

/** The account of {@link secondToken}. */
export const secondAccount: Account = {
  uuid: "5b".repeat(20),
  email: "tessa@sandbox.invalid",
  name: "Tessa Sandbox",
  teamUuid: "b5".repeat(20),
  teamName: "Second Sandbox Team",
  number: 1000002,
  defaultProjectId: "5b5b5b5b-0000-4000-8000-000000000001",
};

/** All accounts of the sandbox. */
export const accounts: readonly Account[] = [defaultAccount, secondAccount];

const callers: ReadonlyMap<string, Caller> = new Map([
  [defaultToken, { account: defaultAccount, readOnly: false }],
  [secondToken, { account: secondAccount, readOnly: false }],
  [readOnlyToken, { account: defaultAccount, readOnly: true }],
]);

/** Who calls. Refuses with 401 for an unknown token, and with 403 what a read-only token may not do. */
export function authenticate(request: RawRequest): Caller {
  const [scheme = "", token = ""] = request.authorization.split(/\s+/);
  const caller = scheme.toLowerCase() === "bearer" ? callers.get(token) : undefined;
  if (caller === undefined) throw new Refusal(401, messages.unauthorized);
  if (caller.readOnly && (request.method !== "GET" || request.path.startsWith("/v2/account")))
    throw new Refusal(403, messages.forbidden);
  return caller;
}
