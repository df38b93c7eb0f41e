import {
  booleanField,
  isJsonObject,
  type JsonObject,
  numberField,
  objectField,
  stringField,
} from "../../kit/base/json-fields.js";
import { readForm } from "../../kit/base/read-form.js";
import { accountItems, type CloudflareRoute, newId, type Request } from "../cloudflare-request.js";
import { refusal, success } from "../envelope.js";
import type { VersionAssets } from "./worker-script.js";

/** One upload of static files: what is missing is sent in buckets, the last one ends it. */
interface AssetSession {
  readonly id: string;
  readonly script: string;
  /** Hashes by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly expiresAtMs: number;
}

interface Asset {
  readonly hash: string;
  readonly type: string;
}

/** Cloudflare's limits (workers/platform/limits and workers-assets, read 2026-11). */
const limits = { files: 20_000, fileBytes: 25 * 1024 * 1024, bucketFiles: 1000, sessionMs: 3_600_000 } as const;

function sessionsOf(request: Request): AssetSession[] {
  return accountItems<AssetSession>(request, "asset_sessions");
}

function assetsOf(request: Request): Asset[] {
  return accountItems<Asset>(request, "assets");
}

/** A token in the form of a JWT, whose claims clients read. */
function sessionToken({ id, expiresAtMs }: AssetSession, isComplete: boolean): string {
  const claims = { sub: id, exp: Math.floor(expiresAtMs / 1000), complete: isComplete };
  return `sandbox.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.unsigned`;
}

function claimsOf(token: string): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    return isJsonObject(value) ? value : {};
  } catch {
    // Refused by the caller like any token without claims.
    return {};
  }
}

function sessionOf(token: string, request: Request): AssetSession {
  const { sub } = claimsOf(token);
  const session = sessionsOf(request).find(({ id }) => id === sub);
  if (session === undefined || session.expiresAtMs < request.nowMs)
    throw refusal(401, 10000, "Authentication error: the upload token is invalid or expired");
  return session;
}

function missingHashes(session: AssetSession, request: Request): readonly string[] {
  const known = new Set(assetsOf(request).map(({ hash }) => hash));
  return [...new Set(Object.values(session.files))].filter((hash) => !known.has(hash));
}

function startSession(request: Request) {
  const manifest = objectField(request.body, "manifest") ?? {};
  const entries = Object.entries(manifest).map(([path, entry]) => {
    const object = isJsonObject(entry) ? entry : {};
    const [hash, size] = [stringField(object, "hash"), numberField(object, "size") ?? -1];
    if (!path.startsWith("/") || !/^[0-9a-f]{32}$/.test(hash) || size < 0)
      throw refusal(400, 10021, `Invalid asset manifest entry '${path}'`);
    if (size > limits.fileBytes) throw refusal(400, 10021, `Asset '${path}' is larger than 25 MiB`);
    return [path, hash] as const;
  });
  if (entries.length > limits.files) throw refusal(400, 10021, `More than ${limits.files} assets`);
  const expiresAtMs = request.nowMs + limits.sessionMs;
  const session = {
    id: newId(request),
    script: request.params["script"] ?? "",
    files: Object.fromEntries(entries),
    expiresAtMs,
  };
  const sessions = sessionsOf(request);
  sessions.splice(0, sessions.length, ...sessions.filter((one) => one.expiresAtMs >= request.nowMs), session);
  const missing = missingHashes(session, request);
  const buckets: string[][] = [];
  for (let start = 0; start < missing.length; start += limits.bucketFiles)
    buckets.push(missing.slice(start, start + limits.bucketFiles));
  return success({ jwt: sessionToken(session, missing.length === 0), buckets });
}

/** One bucket: the part's name is the hash, its type what the file is served with. */
function upload(request: Request) {
  const session = sessionOf(request.authorization.replace(/^Bearer\s+/i, ""), request);
  if (request.query.get("base64") !== "true") throw refusal(400, 10021, "Assets are uploaded in base64");
  for (const { name: hash, contentType } of readForm(request)) {
    if (!Object.values(session.files).includes(hash))
      throw refusal(400, 10021, `Asset '${hash}' is not in the manifest`);
    if (!assetsOf(request).some((asset) => asset.hash === hash))
      assetsOf(request).push({ hash, type: contentType === "application/null" ? "" : contentType });
  }
  const isComplete = missingHashes(session, request).length === 0;
  return isComplete
    ? { ...success({ jwt: sessionToken(session, true), buckets: [] }), status: 201 }
    : { ...success({ buckets: [] }), status: 202 };
}

/** The static files that the metadata of an upload names by the token of a completed session; undefined: it has none. */
export function completedAssets(metadata: JsonObject, script: string, request: Request): VersionAssets | undefined {
  const assets = objectField(metadata, "assets");
  if (assets === undefined) return undefined;
  const token = stringField(assets, "jwt");
  const session = sessionOf(token, request);
  if (booleanField(claimsOf(token), "complete") !== true || session.script !== script)
    throw refusal(400, 10021, "The assets' completion token is none, or another Worker's");
  return { config: objectField(assets, "config") ?? {}, files: session.files };
}

/** Uploads of static files (wrangler 4.125.0, deploy-helpers, and cloudflare-typescript v7.3.0, read 2026-11). */
export const workerAssetRoutes: readonly CloudflareRoute[] = [
  {
    method: "POST",
    path: "/client/v4/accounts/:account/workers/scripts/:script/assets-upload-session",
    handle: startSession,
  },
  { method: "POST", path: "/client/v4/accounts/:account/workers/assets/upload", readsBytes: true, handle: upload },
];
