import { chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readProject } from "./project-file.js";
import { assertTrusted, projectTrust } from "./project-trust.js";
import { findWorkspace } from "./workspace/workspace.js";

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "planton-trust-"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function write(path: string, text = ""): void {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), text);
}

function rootFrom(folder: string, env: Record<string, string> = {}): string | undefined {
  mkdirSync(join(base, folder), { recursive: true });
  return findWorkspace(join(base, folder), projectTrust(env))?.root;
}

describe("the search for planton.yaml", () => {
  test.each([
    { what: "goes up where there is no end before", files: ["planton.yaml"], home: "/none", found: "." },
    {
      what: "looks into the repository's root",
      files: ["repo/.git/HEAD", "repo/planton.yaml"],
      home: "/none",
      found: "repo",
    },
    { what: "ends at a folder with .git", files: ["repo/.git/HEAD", "planton.yaml"], home: "/none", found: undefined },
    { what: "ends at a worktree's .git file", files: ["repo/.git", "planton.yaml"], home: "/none", found: undefined },
    { what: "looks into the home folder", files: ["repo/planton.yaml"], home: "repo", found: "repo" },
    { what: "ends at the home folder", files: ["planton.yaml"], home: "repo", found: undefined },
    { what: "ends at the home folder behind a link", files: ["planton.yaml"], home: "link", found: undefined },
  ])("$what", ({ files, home, found }) => {
    for (const file of files) write(file);
    symlinkSync("repo", join(base, "link"));
    mkdirSync(join(base, "repo/a/b"), { recursive: true });
    const env = { HOME: home.startsWith("/") ? home : join(base, home) };
    expect(rootFrom("repo/a/b", env)).toBe(found === undefined ? undefined : join(base, found));
  });
});

describe("a file's owner", () => {
  const path = "/srv/shop/planton.yaml";
  const isTrusted = (ownerUid: number, env: Record<string, string>, uid: number | undefined): boolean => {
    try {
      assertTrusted({ path, ownerUids: [uid ?? 0, ownerUid] }, projectTrust(env, { uid }));
      return true;
    } catch (error) {
      expect(error).toMatchObject({
        code: "E_PROJECT_INVALID",
        message: expect.stringMatching(/"\/srv\/shop\/planton\.yaml".*uid 1234/),
        hint: expect.stringContaining("PLANTON_TRUSTED_FOLDERS=/srv/shop"),
      });
      return false;
    }
  };

  test.each<[what: string, ownerUid: number, uid: number | undefined, env: Record<string, string>, trusted: boolean]>([
    ["the user", 1000, 1000, {}, true],
    ["root", 0, 1000, {}, true],
    ["another user", 1234, 1000, {}, false],
    ["another user, for root", 1234, 0, {}, false],
    ["who called sudo, for root", 1234, 0, { SUDO_UID: "1234" }, true],
    ["who is named by SUDO_UID, for another", 1234, 1000, { SUDO_UID: "1234" }, false],
    ["nobody, on a system without owners", 1234, undefined, {}, true],
    ["another user in a trusted folder", 1234, 1000, { PLANTON_TRUSTED_FOLDERS: "/a:/srv/shop/" }, true],
    ["another user below a trusted folder", 1234, 1000, { PLANTON_TRUSTED_FOLDERS: "/srv" }, false],
    ["another user below all of a folder", 1234, 1000, { PLANTON_TRUSTED_FOLDERS: "/srv/*" }, true],
    ["another user beside a trusted name", 1234, 1000, { PLANTON_TRUSTED_FOLDERS: "/srv/sho:/srv/sh/*" }, false],
    ["another user, all trusted", 1234, 1000, { PLANTON_TRUSTED_FOLDERS: "*" }, true],
  ])("%s", (_, ownerUid, uid, env, trusted) => {
    expect(isTrusted(ownerUid, env, uid)).toBe(trusted);
  });

  test.skipIf(process.getuid?.() !== 0).each(["planton.yaml", "Pulumi.yaml"])("of %s counts (needs root)", (name) => {
    write(name, name === "Pulumi.yaml" ? "name: a\nruntime: planton\n" : "");
    chownSync(join(base, name), 1234, 1234);
    const look = (env: Record<string, string>) =>
      name === "Pulumi.yaml" ? readProject(base, projectTrust(env)) : findWorkspace(base, projectTrust(env));
    expect(() => look({})).toThrow(expect.objectContaining({ code: "E_PROJECT_INVALID" }));
    expect(look({ PLANTON_TRUSTED_FOLDERS: base })).toBeDefined();
  });
});

describe("a backend that a file names", () => {
  const names = (url: string) => {
    write("planton.yaml", `backend: ${JSON.stringify(url)}\n`);
    write("Pulumi.yaml", `name: a\nruntime: planton\nbackend:\n  url: ${JSON.stringify(url)}\n`);
    const trust = projectTrust({});
    return [() => findWorkspace(base, trust)?.backend, () => readProject(base, trust)?.backendUrl] as const;
  };

  test.each([
    "file://~",
    "https://api.pulumi.com",
    "s3://bucket/a?region=eu-west-1&endpoint=https://minio.example.com",
    "s3://bucket?endpoint=127.0.0.1:9000&disableSSL=true",
    "gs://bucket",
    "azblob://bucket",
    "postgres://db.example.com/state",
    "http://127.0.0.1:8080",
    "http://localhost:8080",
    "http://[::1]:8080",
  ])("%s is taken", (url) => {
    for (const look of names(url)) expect(look()).toBe(url);
  });

  test.each([
    "http://example.com",
    "HTTP://example.com",
    "http://localhost.example.com",
    "https:example.com",
    "ftp://example.com",
    "exec://x",
    "state",
    "s3://bucket?endpoint=http://minio.example.com",
    "s3://bucket?endpoint=minio.example.com:9000&disableSSL=true",
    "s3://bucket?disable_https=true",
  ])("%s is refused", (url) => {
    for (const look of names(url)) expect(look).toThrow(expect.objectContaining({ code: "E_PROJECT_INVALID" }));
  });
});
