import { readFileSync } from "node:fs";
import type { UploadFile } from "../../../contract/files/upload-files.js";
import { PlantonError } from "../../../contract/planton-error.js";
import type { HttpResponse } from "../../../http/http-message.js";
import { asNonEmptyString, asNumber, asObject, asObjects, asStrings, type JsonObject } from "../../../http/json.js";
import type { RestApi } from "../../kit/managed/managed-declaration.js";
import { requestOf, type WorkLimits } from "../../kit/resource/work-limits.js";
import { type CloudflareApi, resultIn } from "../cloudflare-api.js";
import { assetHash, contentTypeOf, type Site } from "./site-content.js";

/** What one request takes at most (wrangler 4.125.0, pages/constants.ts, read 2026-11). */
const bucketBytes = 40 * 1024 * 1024;
const bucketFiles = 2000;
/** So many at a time. */
const parallelUploads = 3;
const maxTries = 5;

/** What an upload is about. */
interface Upload {
  readonly api: CloudflareApi;
  readonly limits: WorkLimits;
  /** Path of the project. */
  readonly path: string;
}

/**
 * Sends the files of a site that Cloudflare does not have; each is known by its hash, so that sending one twice does no
 * harm. Throws E_VENDOR and the like, and E_FILESYSTEM when a file is no longer what it was.
 */
export async function uploadAssets(upload: Upload, { assets, files }: Site): Promise<void> {
  const hashes = [...new Set(Object.values(files))];
  const session = await openSession(upload);
  const missing = new Set(await missingOf(session, hashes));
  // Two files of one content are sent once.
  const toSend = new Map(assets.map((file) => [files[file.path] ?? "", file]));
  const buckets = bucketsOf([...toSend].filter(([hash]) => missing.has(hash)));
  for (let start = 0; start < buckets.length; start += parallelUploads) {
    const some = buckets.slice(start, start + parallelUploads);
    await Promise.all(some.map((bucket) => session.post("/pages/assets/upload", bucket.map(entryOf))));
  }
  // Keeps what was known before from being removed; the deployment says so itself when a file is not there.
  if (hashes.length > 0) await session.post("/pages/assets/upsert-hashes", { hashes });
}

type HashedFile = readonly [hash: string, file: UploadFile];

function bucketsOf(files: readonly HashedFile[]): readonly (readonly HashedFile[])[] {
  const buckets: { bytes: number; readonly files: HashedFile[] }[] = [];
  for (const entry of [...files].sort(([, left], [, right]) => right.bytes - left.bytes)) {
    const { bytes } = entry[1];
    const fitting = buckets.find((one) => one.bytes + bytes <= bucketBytes && one.files.length < bucketFiles);
    const bucket = fitting ?? { bytes: 0, files: [] };
    if (fitting === undefined) buckets.push(bucket);
    bucket.bytes += bytes;
    bucket.files.push(entry);
  }
  return buckets.map((bucket) => bucket.files);
}

function entryOf([hash, { path, source }]: HashedFile): JsonObject {
  const content = readFileSync(source);
  if (assetHash(content, path) !== hash) {
    const message = `the file "${path}" was changed while it was being published`;
    throw new PlantonError({ code: "E_FILESYSTEM", message, hint: "run up again" });
  }
  return {
    key: hash,
    value: content.toString("base64"),
    metadata: { contentType: contentTypeOf(path) },
    base64: true,
  };
}

interface UploadSession {
  /** Sends a request with the token of the upload, again after a passing fault, and with a new token after its end. */
  readonly post: (path: string, body: unknown) => Promise<JsonObject>;
}

async function missingOf({ post }: UploadSession, hashes: readonly string[]): Promise<readonly string[]> {
  if (hashes.length === 0) return [];
  return asStrings((await post("/pages/assets/check-missing", { hashes }))["result"]);
}

async function openSession({ api, limits, path }: Upload): Promise<UploadSession> {
  const open = async (): Promise<{ readonly rest: RestApi; readonly token: string }> => {
    const response = await api.send({ method: "GET", path: `${path}/upload-token`, ...requestOf(limits) });
    const token = asNonEmptyString(resultIn(api.bodyOf(response))?.["jwt"]);
    if (token !== undefined) return { rest: api.uploader(token), token };
    throw new PlantonError({ code: "E_VENDOR", message: "the vendor's response holds no token for the upload" });
  };
  let session = await open();
  return {
    async post(pathOfRequest, body) {
      for (let left = maxTries - 1; ; left -= 1) {
        const { rest, token } = session;
        const request = { method: "POST", path: pathOfRequest, body, ...requestOf(limits) } as const;
        const response = await rest.send(request).catch((error: unknown) => {
          if (left === 0 || limits.cancelled.aborted || limits.signal.aborted) throw error;
          return undefined;
        });
        const isOver = response !== undefined && hasCode(response, 8000013);
        const isPassing = response === undefined || isOver || response.status >= 500;
        if (!isPassing || left === 0) return rest.bodyOf(response as HttpResponse, [token]);
        if (isOver) session = await open();
        else await api.clock.sleep(api.pace.firstIntervalMs, limits.signal, limits.cancelled);
      }
    },
  };
}

/** Whether an error response has that code of Cloudflare's. */
export function hasCode({ body }: HttpResponse, code: number): boolean {
  return asObjects(asObject(body)?.["errors"]).some((error) => asNumber(error["code"]) === code);
}
