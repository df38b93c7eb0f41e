import { randomBytes } from "node:crypto";
import { chooseChallenge, type DigestCredentials, digestAuthorization } from "../../../contract/http-digest.js";
import { parseChallenges } from "../../../contract/http-digest-challenge.js";
import { isJsonObject, type JsonObject, parseJson } from "../../../contract/json-object.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { isSecureUrl } from "../../../contract/secure-url.js";
import type { VendorSurroundings } from "../../../contract/vendor.js";

const requestTimeoutMs = 30_000;
const keysUrl = "https://tidbcloud.com/org-settings/api-keys";

/** A GET at TiDB Cloud. */
export interface TidbCloudRead {
  /** Address of the API, which may come from the environment. */
  readonly base: string;
  /** Path below it, with the query: "/v1beta1/projects". */
  readonly path: string;
}

/**
 * Reads one object by HTTP Digest. Gives undefined when the key may not read it (403). Throws E_CREDENTIALS_MISSING,
 * E_CREDENTIALS_REFUSED, E_VENDOR, E_VENDOR_UNREACHABLE.
 */
export async function readTidbCloud(
  read: TidbCloudRead,
  surroundings: VendorSurroundings,
): Promise<JsonObject | undefined> {
  const answer = await findTidbCloud(read, surroundings);
  if (answer !== "absent") return answer;
  throw new PlantonError({ code: "E_VENDOR", message: `TiDB Cloud answered GET ${read.path} with status 404` });
}

/** Like {@link readTidbCloud}, for an object that may be gone: gives "absent" when there is none (404). */
export async function findTidbCloud(
  { base, path }: TidbCloudRead,
  surroundings: VendorSurroundings,
): Promise<JsonObject | "absent" | undefined> {
  const { public_key: username, private_key: password } = surroundings.credentials;
  if (username === undefined || password === undefined) {
    const missing =
      username === undefined ? "public key (TIDBCLOUD_PUBLIC_KEY)" : "private key (TIDBCLOUD_PRIVATE_KEY)";
    throw new PlantonError({
      code: "E_CREDENTIALS_MISSING",
      message: `there is no ${missing} for TiDB Cloud, and it takes both of a pair`,
      hint: `set TIDBCLOUD_PUBLIC_KEY and TIDBCLOUD_PRIVATE_KEY; keys are made at ${keysUrl}`,
    });
  }
  const url = secureUrl(`${base.replace(/\/+$/, "")}${path}`);
  const asked = await send(url, undefined, surroundings);
  // The first request carries no key: its answer says how to prove that we have it.
  const answer =
    asked.status === 401
      ? await send(url, proof(url, asked.headers.get("www-authenticate"), { username, password }), surroundings)
      : asked;
  const body = parseJson(await answer.text());
  if (answer.status === 403) return undefined;
  if (answer.status === 404) return "absent";
  if (answer.status === 200 && isJsonObject(body)) return body;
  if (answer.status === 401) {
    throw new PlantonError({
      code: "E_CREDENTIALS_REFUSED",
      message: "TiDB Cloud refuses the key pair",
      hint: `check TIDBCLOUD_PUBLIC_KEY and TIDBCLOUD_PRIVATE_KEY or the credential, or make a new pair: ${keysUrl}`,
    });
  }
  const trace = answer.headers.get("x-debug-trace-id");
  throw new PlantonError({
    code: "E_VENDOR",
    message: `TiDB Cloud answered GET ${path} with status ${answer.status}: "${messageOf(body)}"${trace === null ? "" : ` (trace id ${trace})`}`,
  });
}

function secureUrl(text: string): URL {
  if (isSecureUrl(text)) return new URL(text);
  throw new PlantonError({
    code: "E_VENDOR",
    message: `"${text}" is no address for TiDB Cloud's API: https is expected, http only on this machine`,
    hint: "correct or unset TIDBCLOUD_SERVERLESS_ENDPOINT and TIDBCLOUD_IAM_ENDPOINT",
  });
}

function proof(url: URL, header: string | null, credentials: DigestCredentials): string {
  const challenge = chooseChallenge(parseChallenges(header === null ? [] : [header]));
  if (challenge === undefined) {
    throw new PlantonError({
      code: "E_VENDOR",
      message: `"${url.origin}" asks for no HTTP Digest, and no other way would keep the private key secret`,
      hint: "check the API address; a proxy in between may have answered",
    });
  }
  const cnonce = randomBytes(16).toString("hex");
  return digestAuthorization({
    challenge,
    credentials,
    method: "GET",
    uri: `${url.pathname}${url.search}`,
    count: 1,
    cnonce,
  });
}

type Answer = Awaited<ReturnType<VendorSurroundings["fetch"]>>;

async function send(url: URL, authorization: string | undefined, { fetch }: VendorSurroundings): Promise<Answer> {
  try {
    return await fetch(url.href, {
      headers: { accept: "application/json", ...(authorization === undefined ? {} : { authorization }) },
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
  } catch (cause) {
    throw new PlantonError({ code: "E_VENDOR_UNREACHABLE", message: `"${url.href}" does not answer`, cause });
  }
}

function messageOf(body: unknown): string {
  const told = isJsonObject(body) ? (body["message"] ?? body["msgPrefix"]) : undefined;
  return typeof told === "string" && told !== "" ? told : "no message";
}
