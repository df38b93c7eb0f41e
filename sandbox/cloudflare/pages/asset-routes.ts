import { createHash } from "node:crypto";
import {
  isJsonObject,
  type JsonObject,
  numberField,
  objectField,
  stringField,
  stringList,
} from "../../kit/base/json-fields.js";
import { collectedItems } from "../../kit/vendor/plain-collection.js";
import type { RawRequest, VendorResponse } from "../../kit/vendor/sandbox-vendor.js";
import { type Caller, defaultAccount, secondAccount } from "../accounts.js";
import type { CloudflareRoute, Request } from "../cloudflare-request.js";
import { refusal, success } from "../envelope.js";
import { projectIn } from "./project-routes.js";

/** A file that was uploaded. */
export interface StoredAsset {
  /** 32 hexadecimal digits. */
  readonly hash: string;
  readonly contentType: string;
  /** In base64. */
  readonly content: string;
}

const tokenLifeMs = 5 * 60_000;
const mostFiles = 20_000;
const assetPath = "/client/v4/pages/assets/";

/** Uploads prove themselves with the token of {@link issueToken}, which the routes check. */
export function pagesUploader({ authorization, path }: Pick<RawRequest, "authorization" | "path">): Caller | undefined {
  if (!path.startsWith(assetPath) || !/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/i.test(authorization)) return undefined;
  return { tokenId: "", accounts: [], readOnly: false };
}

/** The files that were uploaded to an account; the vendor keeps them apart from projects. */
export function assetsOf(request: Request, account: string): StoredAsset[] {
  return collectedItems<StoredAsset>(request, `pages_assets of ${account}`);
}

const signature = (payload: string): string =>
  createHash("sha256").update(`sandbox pages upload ${payload}`).digest("base64url");

/** A token for five minutes, in the form of a JWT, of which wrangler reads "exp" and "max_file_count_allowed". */
function issueToken(request: Request): VendorResponse {
  projectIn(request);
  const claims = {
    account: request.params["account"],
    exp: Math.floor((request.nowMs + tokenLifeMs) / 1000),
    max_file_count_allowed: mostFiles,
  };
  const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return success({ jwt: `sandbox.${payload}.${signature(payload)}` });
}

/** The account of a request's upload token. Refuses one that is none with 8000013, as wrangler expects it. */
function accountOf({ authorization, nowMs }: Request): string {
  const [, payload = "", signed = ""] = authorization.replace(/^Bearer /i, "").split(".");
  const claims: unknown = signed === signature(payload) ? JSON.parse(Buffer.from(payload, "base64url").toString()) : {};
  const known = isJsonObject(claims) ? claims : {};
  if ((numberField(known, "exp") ?? 0) * 1000 <= nowMs) throw refusal(401, 8000013, "Authorization failed");
  const account = stringField(known, "account");
  return [defaultAccount, secondAccount].some(({ id }) => id === account) ? account : "";
}

function checkMissing(request: Request): VendorResponse {
  const known = new Set(assetsOf(request, accountOf(request)).map(({ hash }) => hash));
  return success(stringList(request.body, "hashes").filter((hash) => !known.has(hash)));
}

function upload(request: Request): VendorResponse {
  const stored = assetsOf(request, accountOf(request));
  const known = new Set(stored.map(({ hash }) => hash));
  let entries: unknown;
  try {
    entries = JSON.parse(request.bytes.toString("utf8"));
  } catch {
    throw refusal(400, 8000020, "Could not parse the list of files");
  }
  const files = Array.isArray(entries) ? entries.filter(isJsonObject) : [];
  for (const file of files) stored.push(...(known.has(stringField(file, "key")) ? [] : [assetIn(file)]));
  return success({ successful_key_count: files.length, unsuccessful_keys: [] });
}

function assetIn(file: JsonObject): StoredAsset {
  const hash = stringField(file, "key");
  if (!/^[0-9a-f]{32}$/.test(hash) || file["base64"] !== true) throw refusal(400, 8000020, `Invalid file "${hash}"`);
  const contentType = stringField(objectField(file, "metadata") ?? {}, "contentType") || "application/octet-stream";
  return { hash, contentType, content: stringField(file, "value") };
}

/** Direct upload (wrangler 4.125.0, packages/wrangler/src/pages/upload.ts, read 2026-11). */
export const pagesAssetRoutes: readonly CloudflareRoute[] = [
  { method: "GET", path: "/client/v4/accounts/:account/pages/projects/:project/upload-token", handle: issueToken },
  { method: "POST", path: `${assetPath}check-missing`, handle: checkMissing },
  { method: "POST", path: `${assetPath}upload`, readsBytes: true, handle: upload },
  {
    method: "POST",
    path: `${assetPath}upsert-hashes`,
    handle(request) {
      accountOf(request);
      return success(null);
    },
  },
];
