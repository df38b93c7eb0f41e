import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { gzipSync } from "node:zlib";
import { readUploadFolder } from "../../../contract/files/upload-files.js";
import type { LocalPath } from "../../../contract/module.js";
import { PlantonError } from "../../../contract/planton-error.js";

/** The code of a Worker. */
export interface ScriptCode {
  readonly mainModule: string;
  readonly content: string;
  /** The other modules, by path within the folder. */
  readonly files: Readonly<Record<string, { readonly contentBase64: string; readonly contentType: string }>>;
  readonly leftOut: readonly string[];
}

/** Most bytes of code when it is compressed: 10 MiB (developers.cloudflare.com/workers/platform/limits, read 2026-11). */
const mostCompressedBytes = 10 * 1024 * 1024;

/** Content types of modules by extension (wrangler 4.125.0, create-worker-upload-form.ts, read 2026-11). */
const moduleTypes: Readonly<Record<string, string>> = {
  ".bin": "application/octet-stream",
  ".html": "text/plain",
  ".js": "application/javascript+module",
  ".map": "application/source-map",
  ".mjs": "application/javascript+module",
  ".py": "text/x-python",
  ".sql": "text/plain",
  ".txt": "text/plain",
  ".wasm": "application/wasm",
};

/** Code of one module. Throws E_FILESYSTEM when it is too large. */
export function inlineCode(mainModule: string, content: string): ScriptCode {
  return checked({ mainModule, content, files: {}, leftOut: [] });
}

/** Code of one file. Throws E_FILESYSTEM when it cannot be read or is too large. */
export function fileCode(mainModule: string, { path }: LocalPath): ScriptCode {
  return inlineCode(mainModule, readText(path));
}

/**
 * Code of a folder. Throws E_FILESYSTEM for what {@link readUploadFolder} refuses, an entry that the folder does not have,
 * and code that is too large.
 */
export function folderCode(entry: string, { path, root }: LocalPath): ScriptCode {
  const { files, leftOut } = readUploadFolder(path, root);
  const main = files.find((file) => file.path === `/${entry}`);
  if (main === undefined) {
    const message = `the folder "${path}" has no file "${entry}"`;
    throw new PlantonError({ code: "E_FILESYSTEM", message, hint: "correct modules.entry, or build the code first" });
  }
  const others = files.filter((file) => file !== main);
  const isModule = (file: { readonly path: string }): boolean => extname(file.path).toLowerCase() in moduleTypes;
  return checked({
    mainModule: entry,
    content: readText(main.source),
    files: Object.fromEntries(
      others.filter(isModule).map((file) => [
        file.path.slice(1),
        {
          contentBase64: readFileSync(file.source).toString("base64"),
          contentType: moduleTypes[extname(file.path).toLowerCase()] ?? "",
        },
      ]),
    ),
    leftOut: [...leftOut, ...others.filter((file) => !isModule(file)).map((file) => file.path.slice(1))].sort(),
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const message = `the file "${path}" cannot be read`;
    throw new PlantonError({
      code: "E_FILESYSTEM",
      message,
      hint: "check the path, and that you may read it",
      cause: error,
    });
  }
}

function checked(code: ScriptCode): ScriptCode {
  const parts = [
    Buffer.from(code.content),
    ...Object.values(code.files).map((file) => Buffer.from(file.contentBase64, "base64")),
  ];
  const all = Buffer.concat(parts);
  // What is smaller before is not larger after it.
  const bytes = all.length <= mostCompressedBytes ? all.length : gzipSync(all).length;
  if (bytes <= mostCompressedBytes) return code;
  throw new PlantonError({
    code: "E_FILESYSTEM",
    message: `the code has ${bytes} bytes when it is compressed, and Cloudflare takes at most ${mostCompressedBytes}`,
    hint: "leave out what it does not need, or keep data in a bucket or in assets",
  });
}
