import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { blake3 } from "@noble/hashes/blake3.js";
import { readUploadFolder, type UploadFile } from "../../../contract/files/upload-files.js";
import { PlantonError } from "../../../contract/planton-error.js";

/** What is published of a folder, without its files' bytes. */
export interface SiteContent {
  /** Hash by path: "/index.html". */
  readonly files: Readonly<Record<string, string>>;
  /** SHA-256 of the files that Pages reads itself, by name: "_headers". */
  readonly special: Readonly<Record<string, string>>;
}

/** A folder that is read. */
export interface Site extends SiteContent {
  /** The files of {@link SiteContent.files}. */
  readonly assets: readonly UploadFile[];
  /** Where those of {@link SiteContent.special} are, by name. */
  readonly specialSources: Readonly<Record<string, string>>;
  readonly leftOut: readonly string[];
}

/** Files at the top that are no assets, but rules and code (wrangler 4.125.0, pages/deploy, read 2026-11). */
const specialNames: ReadonlySet<string> = new Set(["_headers", "_redirects", "_routes.json", "_worker.js"]);

/**
 * The hash by which Pages knows a file: the first 32 hexadecimal digits of BLAKE3 over its content in base64 and its
 * extension (wrangler 4.125.0, packages/wrangler/src/pages/hash.ts, read 2026-11).
 */
export function assetHash(content: Buffer, path: string): string {
  const text = `${content.toString("base64")}${extname(path).slice(1)}`;
  return Buffer.from(blake3(Buffer.from(text)))
    .toString("hex")
    .slice(0, 32);
}

/**
 * Reads what is published of a folder. Throws E_FILESYSTEM for what {@link readUploadFolder} refuses, for a folder without
 * files, and for code of several files, which has to be bundled first.
 */
export function readSite(directory: string, root: string): Site {
  const { files, leftOut } = readUploadFolder(directory, root);
  const bundled = files.find(({ path }) => path.startsWith("/_worker.js/"));
  if (bundled !== undefined) {
    const message = `"${directory}/_worker.js" is a folder, and one file can be published`;
    throw new PlantonError({ code: "E_FILESYSTEM", message, hint: "bundle it into one file _worker.js" });
  }
  const isSpecial = ({ path }: UploadFile): boolean => specialNames.has(path.slice(1));
  const isCode = ({ path }: UploadFile): boolean => path.startsWith("/functions/");
  const assets = files.filter((file) => !isSpecial(file) && !isCode(file));
  if (assets.length === 0) {
    const message = `the folder "${directory}" has no files to publish`;
    throw new PlantonError({ code: "E_FILESYSTEM", message, hint: "build the site first, or correct the path" });
  }
  const special = files.filter(isSpecial).map(({ path, source }) => [path.slice(1), source] as const);
  return {
    files: Object.fromEntries(assets.map(({ path, source }) => [path, assetHash(readFileSync(source), path)])),
    special: Object.fromEntries(special.map(([name, source]) => [name, sha256(readFileSync(source))])),
    assets,
    specialSources: Object.fromEntries(special),
    leftOut: files.some(isCode) ? [...leftOut, "functions/"].sort() : leftOut,
  };
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Content types by extension, as the web has them (wrangler sends those of npm `mime` 3, without a charset). */
const contentTypes: Readonly<Record<string, string>> = {
  avif: "image/avif",
  css: "text/css",
  csv: "text/csv",
  gif: "image/gif",
  gz: "application/gzip",
  htm: "text/html",
  html: "text/html",
  ico: "image/vnd.microsoft.icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "application/javascript",
  json: "application/json",
  map: "application/json",
  md: "text/markdown",
  mjs: "application/javascript",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  otf: "font/otf",
  pdf: "application/pdf",
  png: "image/png",
  rss: "application/rss+xml",
  svg: "image/svg+xml",
  ttf: "font/ttf",
  txt: "text/plain",
  wasm: "application/wasm",
  wav: "audio/wav",
  webm: "video/webm",
  webmanifest: "application/manifest+json",
  webp: "image/webp",
  woff: "font/woff",
  woff2: "font/woff2",
  xml: "application/xml",
  zip: "application/zip",
};

/** The content type of a file. */
export function contentTypeOf(path: string): string {
  return contentTypes[extname(path).slice(1).toLowerCase()] ?? "application/octet-stream";
}
