import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mostUploadFileBytes, mostUploadFiles, readUploadFolder } from "./upload-files.js";

let root: string;
let site: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "planton-upload-"));
  site = join(root, "site");
  mkdirSync(site);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text = "x"): void {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

const pathsOf = () => readUploadFolder(site, root).files.map(({ path }) => path);

describe("a folder", () => {
  it("gives its files in order, with their sizes", () => {
    put("site/index.html", "12345");
    put("site/img/a b.png");
    expect(readUploadFolder(site, root)).toEqual({
      files: [
        { path: "/img/a b.png", source: join(site, "img/a b.png"), bytes: 1 },
        { path: "/index.html", source: join(site, "index.html"), bytes: 5 },
      ],
      leftOut: [],
    });
  });

  it("never gives hidden files and node_modules, and lists what it leaves out", () => {
    for (const path of [".env", ".dev.vars", ".git/config", "a/.env.local", "a/node_modules/b.js", "index.html"])
      put(`site/${path}`);
    put("site/.well-known/security.txt");
    const { files, leftOut } = readUploadFolder(site, root);
    expect(files.map(({ path }) => path)).toEqual(["/.well-known/security.txt", "/index.html"]);
    expect(leftOut).toEqual([".dev.vars", ".env", ".git/", "a/.env.local", "a/node_modules/"]);
  });

  it("leaves out what .assetsignore names, in the notation of .gitignore", () => {
    put("site/.assetsignore", "*.map\n/drafts/\n!keep.map\n");
    for (const path of ["a.map", "keep.map", "drafts/x.html", "b/drafts/y.html"]) put(`site/${path}`);
    const { files, leftOut } = readUploadFolder(site, root);
    expect(files.map(({ path }) => path)).toEqual(["/b/drafts/y.html", "/keep.map"]);
    expect(leftOut).toEqual([".assetsignore", "a.map", "drafts/"]);
  });

  it("follows links inside the root", () => {
    put("shared/logo.svg");
    symlinkSync("../shared", join(site, "shared"));
    expect(pathsOf()).toEqual(["/shared/logo.svg"]);
  });

  it("refuses a link out of the root, a file's, a folder's and its own", () => {
    const outside = mkdtempSync(join(tmpdir(), "planton-outside-"));
    writeFileSync(join(outside, "secret"), "x");
    for (const target of [outside, join(outside, "secret")]) {
      symlinkSync(target, join(site, "link"));
      expect(pathsOf).toThrow(
        expect.objectContaining({ code: "E_FILESYSTEM", message: expect.stringContaining("out of") }),
      );
      rmSync(join(site, "link"));
    }
    rmSync(site, { recursive: true });
    symlinkSync(outside, site);
    expect(pathsOf).toThrow(expect.objectContaining({ code: "E_FILESYSTEM" }));
    rmSync(outside, { recursive: true });
  });

  it("refuses links in a circle, a link to nothing, and a folder that is none", () => {
    symlinkSync(".", join(site, "again"));
    expect(pathsOf).toThrow(expect.objectContaining({ message: expect.stringContaining("circle") }));
    rmSync(join(site, "again"));
    symlinkSync("nowhere", join(site, "broken"));
    expect(pathsOf).toThrow(expect.objectContaining({ code: "E_FILESYSTEM" }));
    expect(() => readUploadFolder(join(root, "missing"), root)).toThrow(
      expect.objectContaining({ code: "E_FILESYSTEM" }),
    );
  });

  it("refuses a file that is too large, and takes the largest one", () => {
    put("site/large.bin");
    truncateSync(join(site, "large.bin"), mostUploadFileBytes);
    expect(pathsOf()).toEqual(["/large.bin"]);
    truncateSync(join(site, "large.bin"), mostUploadFileBytes + 1);
    expect(pathsOf).toThrow(expect.objectContaining({ message: expect.stringContaining("/large.bin") }));
  });

  it("refuses more files than can be published", { timeout: 60_000 }, () => {
    for (let index = 0; index < mostUploadFiles; index += 1) writeFileSync(join(site, `${index}`), "");
    expect(pathsOf()).toHaveLength(mostUploadFiles);
    writeFileSync(join(site, "one-more"), "");
    expect(pathsOf).toThrow(expect.objectContaining({ message: expect.stringContaining("20000 files") }));
  });
});
