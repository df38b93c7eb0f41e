import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { assetHash, contentTypeOf, readSite } from "./site-content.js";

let site: string;
beforeEach(() => {
  site = mkdtempSync(join(tmpdir(), "planton-site-"));
});
afterEach(() => rmSync(site, { recursive: true, force: true }));

it.each([
  // Measured with blake3-wasm 2.1.5, which wrangler uses, 2026-11.
  ["hello", "/a.txt", "f0b3413d4cabb000327fad369003d6a5"],
  ["hello", "/a.b/c.html", "a2b82584e50075886b08927390f2f573"],
  ["", "/LICENSE", "af1349b9f5f9a1a6a0404dea36dcc949"],
])('knows "%s" as %s by wrangler\'s hash', (text, path, hash) => {
  expect(assetHash(Buffer.from(text), path)).toBe(hash);
});

it.each([
  ["/index.HTML", "text/html"],
  ["/a.js", "application/javascript"],
  ["/LICENSE", "application/octet-stream"],
])("says the content type of %s", (path, type) => {
  expect(contentTypeOf(path)).toBe(type);
});

it("takes rules and code at the top for what they are, and functions for nothing to publish", () => {
  mkdirSync(join(site, "functions"));
  mkdirSync(join(site, "sub"));
  for (const path of [
    "_headers",
    "_redirects",
    "_routes.json",
    "_worker.js",
    "sub/_headers",
    "functions/api.js",
    "index.html",
  ])
    writeFileSync(join(site, path), path);
  const { files, special, leftOut } = readSite(site, site);
  expect(Object.keys(files)).toEqual(["/index.html", "/sub/_headers"]);
  expect(Object.keys(special).sort()).toEqual(["_headers", "_redirects", "_routes.json", "_worker.js"]);
  expect(leftOut).toEqual(["functions/"]);
});

it("refuses code in a folder, and a folder with nothing to publish", () => {
  expect(() => readSite(site, site)).toThrow(expect.objectContaining({ code: "E_FILESYSTEM" }));
  mkdirSync(join(site, "_worker.js"));
  writeFileSync(join(site, "_worker.js/index.js"), "");
  expect(() => readSite(site, site)).toThrow(
    expect.objectContaining({ message: expect.stringContaining("_worker.js") }),
  );
});
