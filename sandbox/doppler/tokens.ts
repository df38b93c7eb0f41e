import { Refusal } from "../kit/base/refusal.js";
import type { RawRequest } from "../kit/vendor/sandbox-vendor.js";
import { messages } from "./messages.js";

/** Who calls. */
export interface DopplerCaller {
  /** In logs and counts. */
  readonly name: string;
  readonly token: string;
  readonly type: "service_token" | "personal";
  /** The config that a service token belongs to; undefined: the token sees all. */
  readonly config: string | undefined;
  readonly mayWrite: boolean;
  /** A person's token does not get the values of restricted secrets. */
  readonly seesRestricted: boolean;
}

/** A dummy token of Doppler's form, worth nothing outside the sandbox. */
function dummyToken(prefix: string, text: string): string {
  return `${prefix}.${text.repeat(5).slice(0, 40)}`;
}

/** The service token of the config `dev`, which may read and write. */
export const serviceToken = dummyToken("dp.st.dev", "Sandbox5a");

/** A service token of the config `dev` that may only read. */
export const readOnlyToken = dummyToken("dp.st.dev", "Sandbox6b");

/** A person's token: for all configs, but the values of restricted secrets are not returned. */
export const personalToken = dummyToken("dp.pt", "Sandbox7c");

const ofService = { type: "service_token", config: "dev", seesRestricted: true } as const;

const callers: readonly DopplerCaller[] = [
  { ...ofService, name: "dev", token: serviceToken, mayWrite: true },
  { ...ofService, name: "dev-read", token: readOnlyToken, mayWrite: false },
  { name: "person", token: personalToken, type: "personal", config: undefined, mayWrite: true, seesRestricted: false },
];

/** A bearer token, or the user name of Basic authorization, as Doppler's Terraform provider sends it. */
export function authenticate({ authorization }: RawRequest): DopplerCaller {
  const [scheme = "", value = ""] = authorization.split(/\s+/);
  if (value === "") throw new Refusal(401, messages.noToken);
  const isBasic = scheme.toLowerCase() === "basic";
  const token = isBasic ? Buffer.from(value, "base64").toString("utf8").split(":")[0] : value;
  const caller = callers.find((known) => known.token === token);
  if (caller === undefined) throw new Refusal(401, messages.token);
  return caller;
}
