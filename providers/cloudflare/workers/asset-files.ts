import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, resolve, sep } from "node:path";
import { PlantonError } from "../../../contract/planton-error.js";
import { asObject, asString, listOf } from "../../../http/json.js";
import { encodeMultipart } from "../../../http/multipart.js";
import type { BridgedApi } from "../../kit/bridged/bridged-api.js";
import { isMap, type PropertyMap, type PropertyValue } from "../../kit/schema/property-value.js";

interface AssetFile {
  readonly path: string;
  readonly file: string;
  readonly hash: string;
  readonly size: number;
}

const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/**
 * Every file below a directory, which starts from the plugin's working directory. All of them are published, those that
 * begin with a
 * dot too; the hash is that of the content alone (terraform-provider-cloudflare 27aed324, workers_script/assets.go, read
 * 2026-11).
 */
function assetFiles(directory: string): readonly AssetFile[] {
  const root = resolve(directory);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const bytes = readFileSync(file);
      const path = `/${relative(root, file).split(sep).join("/")}`;
      return { path, file, hash: sha256(bytes).slice(0, 32), size: bytes.length };
    })
    .sort((left, right) => (left.path < right.path ? -1 : 1));
}

function manifestOf(
  files: readonly AssetFile[],
): Readonly<Record<string, { readonly hash: string; readonly size: number }>> {
  return Object.fromEntries(files.map(({ path, hash, size }) => [path, { hash, size }]));
}

/** The assets with the digest of what is in their directory: so a changed file is a changed input. */
export function withManifestDigest(assets: PropertyValue): PropertyValue {
  const directory = isMap(assets) ? assets["directory"] : undefined;
  if (!isMap(assets) || typeof directory !== "string") return assets;
  try {
    return { ...assets, assetManifestSha256: sha256(JSON.stringify(manifestOf(assetFiles(directory)))) };
  } catch {
    // The upload says which directory cannot be read.
    return assets;
  }
}

/** Types by end of the name, as Go's mime package has them without a system's table; others are none. */
const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".gif": "image/gif",
  ".htm": "text/html; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webp": "image/webp",
  ".xml": "text/xml; charset=utf-8",
};

/** Uploads what is missing of a directory, and gives the token of the end. Throws E_VENDOR. */
export async function uploadAssets(
  { api, abandoned }: { readonly api: BridgedApi; readonly abandoned: AbortSignal },
  { accountId, scriptName }: { readonly accountId: string; readonly scriptName: string },
  assets: PropertyMap,
): Promise<string | undefined> {
  const { directory, jwt } = assets;
  if (typeof jwt === "string" || typeof directory !== "string") return typeof jwt === "string" ? jwt : undefined;
  const files = assetFiles(directory);
  const workers = `/accounts/${encodeURIComponent(accountId)}/workers`;
  const path = `${workers}/scripts/${encodeURIComponent(scriptName)}/assets-upload-session`;
  const opened = await api.call({ method: "POST", path, body: { manifest: manifestOf(files) }, signal: abandoned });
  const session = asObject(opened["result"]) ?? {};
  let token = asString(session["jwt"]);
  const authorization = `Bearer ${token}`;
  for (const bucket of listOf(session["buckets"])) {
    // Of several files of one content the last one says the type.
    const wanted = listOf(bucket).flatMap((hash) => files.findLast((file) => file.hash === hash) ?? []);
    const form = encodeMultipart(
      wanted.map(({ file, hash, path: name }) => ({
        name: hash,
        filename: file,
        contentType: types[extname(name).toLowerCase()] ?? "",
        content: readFileSync(file).toString("base64"),
      })),
    );
    const sent = await api.call({
      method: "POST",
      path: `${workers}/assets/upload?base64=true`,
      body: form.body,
      headers: { "content-type": form.contentType, authorization },
      signal: abandoned,
    });
    token = asString(asObject(sent["result"])?.["jwt"]) ?? token;
  }
  if (token !== undefined) return token;
  const message = "failed to upload assets: no completion token received from upload session";
  throw new PlantonError({ code: "E_VENDOR", message });
}
