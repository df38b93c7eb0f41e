import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { root } from "../../support/planton-bed.js";

const base = mkdtempSync(join(tmpdir(), "planton-start-"));
const home = join(base, "home");
const folder = join(home, "cache", "snapshot");
const planton = join(root, "dist", "planton");
/** The launcher alone: what it cannot start from the snapshot ends with code 1, as there is nothing else to start. */
const launcher = join(base, "alone", "planton");
const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: base, PLANTON_HOME: home };

interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
}

function run(path: string, args: readonly string[], options: RunOptions = {}) {
  const all = { ...env, ...options.env };
  const defined = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const ended = spawnSync(path, args, { cwd: base, env: defined, encoding: "utf8", input: options.input ?? "" });
  return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

const startsFromSnapshot = (options?: RunOptions): boolean => run(launcher, ["kinds"], options).code === 0;

function fileOf(ending: "blob" | "stamp"): string {
  const name = readdirSync(folder).find((found) => found.endsWith(`.${ending}`));
  return join(folder, name ?? `missing.${ending}`);
}

const good = join(base, "good");

beforeAll(() => {
  mkdirSync(dirname(launcher), { recursive: true });
  copyFileSync(planton, launcher);
  for (let use = 0; use < 2; use += 1) expect(run(planton, ["kinds"]).code).toBe(0);
  cpSync(folder, good, { recursive: true });
}, 60_000);
afterAll(() => rmSync(base, { recursive: true, force: true, maxRetries: 5 }));

/** A snapshot that is good, made anew when the last test has broken it. */
beforeEach(() => {
  if (startsFromSnapshot()) return;
  rmSync(folder, { recursive: true, force: true });
  run(planton, ["kinds"]);
  expect(startsFromSnapshot()).toBe(true);
}, 60_000);

test("makes a snapshot at the second use, for this user alone", () => {
  const fresh = join(base, "fresh");
  const at = { env: { PLANTON_HOME: fresh } };
  expect(run(planton, ["kinds"], at).code).toBe(0);
  expect(existsSync(join(fresh, "cache", "snapshot"))).toBe(false);
  expect(run(planton, ["kinds"], at).code).toBe(0);
  expect(startsFromSnapshot(at)).toBe(true);
  const made = readdirSync(join(fresh, "cache", "snapshot"));
  expect(made.map((name) => name.replace(/.*\./, "")).sort()).toEqual(["blob", "stamp"]);
  for (const name of made) expect(statSync(join(fresh, "cache", "snapshot", name)).mode & 0o777).toBe(0o600);
});

describe("does from the snapshot what it does without one", () => {
  const manifest = readFileSync(join(root, "examples/digitalocean-database-cluster/stack-input.yaml"), "utf8");
  const spec = manifest.slice(manifest.indexOf("spec:"));
  test.each([
    ["a good file", ["validate", "good.yaml"], 0],
    ["a bad one", ["validate", "bad.yaml", "--format", "json"], 64],
    ["one without a kind, which is found by its nearest keys", ["validate", "kindless.yaml"], 64],
    ["standard input", ["validate", "-"], 0],
    ["a file that is not there", ["validate", "missing.yaml"], 64],
    ["kinds", ["kinds", "--format", "json"], 0],
    ["a kind", ["explain", "DigitalOceanDatabaseCluster"], 0],
    ["an unknown option", ["explain", "--bogus"], 64],
    ["the help", ["--help"], 0],
    ["the help of a command", ["validate", "--help"], 0],
  ])("%s", (_, words, code) => {
    writeFileSync(join(base, "good.yaml"), manifest);
    writeFileSync(join(base, "bad.yaml"), manifest.replace(/region: .*/, "region: [7]\n    nod_count: 3"));
    writeFileSync(join(base, "kindless.yaml"), `metadata: {name: a}\n${spec.replace("region:", "regoin:")}`);
    const input = { input: manifest };
    const fromSnapshot = run(launcher, words, input);
    expect(fromSnapshot.code).toBe(code);
    // The launcher takes none with options for node.
    expect(run(planton, words, { ...input, env: { NODE_OPTIONS: "--no-warnings" } })).toEqual(fromSnapshot);
  });
});

describe("leaves a snapshot alone, and does its work", () => {
  const blobWith = (change: (path: string) => void) => (): void => change(fileOf("blob"));
  test.each([
    [
      "whose content was changed in place, with its size and times",
      blobWith((path) => {
        const { atime, mtime } = statSync(path);
        const content = readFileSync(path);
        writeFileSync(path, content.fill(7, content.length >> 1));
        utimesSync(path, atime, mtime);
      }),
    ],
    ["that was cut off", blobWith((path) => truncateSync(path, 4096))],
    ["that is empty", blobWith((path) => truncateSync(path, 0))],
    ["that is a copy", blobWith((path) => copyFileSync(join(good, path.replace(/.*\//, "")), path))],
    ["that others may write to", blobWith((path) => chmodSync(path, 0o622))],
    ["whose stamp others may write to", () => chmodSync(fileOf("stamp"), 0o622)],
    [
      "of another boot",
      () => writeFileSync(fileOf("stamp"), readFileSync(fileOf("stamp"), "utf8").replace(/^\w/, "x")),
    ],
    ["with an empty stamp", () => truncateSync(fileOf("stamp"), 0)],
    ["without a stamp", () => rmSync(fileOf("stamp"))],
    ["without a blob", () => rmSync(fileOf("blob"))],
  ])("%s", (_, breakIt) => {
    breakIt();
    expect(startsFromSnapshot()).toBe(false);
    expect(run(planton, ["validate", "-"], { input: "kind: Bogus\n" }).code).toBe(64);
    expect(run(planton, ["kinds"])).toMatchObject({ code: 0, stderr: "" });
  });

  test.runIf(process.getuid?.() === 0).each(["blob", "stamp"] as const)("whose %s another user owns", (ending) => {
    chownSync(fileOf(ending), 12_345, 12_345);
    expect(startsFromSnapshot()).toBe(false);
    expect(run(planton, ["kinds"])).toMatchObject({ code: 0, stderr: "" });
  });

  test.each([
    ["options for node", { NODE_OPTIONS: "--stack-size=900" }],
    ["a catalog of the user's", { PLANTON_CATALOG: "/nowhere" }],
    ["no home", { HOME: undefined, PLANTON_HOME: undefined }],
    ["another home", { PLANTON_HOME: "/nowhere" }],
  ])("with %s", (_, variables) => {
    expect(startsFromSnapshot({ env: variables })).toBe(false);
  });

  test("made by another node", () => {
    const other = join(base, "other-node");
    mkdirSync(other, { recursive: true });
    copyFileSync(process.execPath, join(other, "node"));
    const at = { env: { PATH: `${other}:${env.PATH}` } };
    expect(startsFromSnapshot(at)).toBe(false);
    expect(run(planton, ["kinds"], at)).toMatchObject({ code: 0, stderr: "" });
    rmSync(other, { recursive: true });
  });
});

test("starts from it when HOME is missing and PLANTON_HOME is not", () => {
  expect(startsFromSnapshot({ env: { HOME: undefined } })).toBe(true);
});

test("goes on when the snapshot is removed under a command that runs", async () => {
  const child = spawn(launcher, ["validate", "-"], { cwd: base, env, stdio: ["pipe", "ignore", "ignore"] });
  const ended = once(child, "close");
  while (!readFileSync(`/proc/${child.pid}/cmdline`, "latin1").includes("--snapshot-blob")) await setImmediate();
  rmSync(folder, { recursive: true });
  child.stdin.end("kind: Bogus\n");
  expect(await ended).toEqual([64, null]);
});

test("makes none where it cannot or must not write, and works", () => {
  const file = join(base, "file");
  writeFileSync(file, "");
  const open = join(base, "open-home");
  mkdirSync(open);
  chmodSync(open, 0o777);
  for (const place of [join(file, "home"), open]) {
    const at = { env: { PLANTON_HOME: place } };
    for (let use = 0; use < 2; use += 1) expect(run(planton, ["kinds"], at)).toMatchObject({ code: 0, stderr: "" });
    expect(startsFromSnapshot(at)).toBe(false);
  }
});

test("several processes at once make one that is good", async () => {
  rmSync(folder, { recursive: true });
  const children = Array.from({ length: 4 }, () => spawn(planton, ["kinds"], { cwd: base, env, stdio: "ignore" }));
  const codes = await Promise.all(children.map(async (child) => (await once(child, "close"))[0]));
  expect(codes).toEqual([0, 0, 0, 0]);
  expect(startsFromSnapshot()).toBe(true);
  expect(readdirSync(folder)).toHaveLength(2);
});

test("compiles anew when V8's code cache was changed or is not the user's", () => {
  const at = { env: { PLANTON_HOME: join(base, "code-home"), NODE_OPTIONS: "--no-warnings" } };
  const used = run(planton, ["kinds"], at);
  expect(used.code).toBe(0);
  const codeFolder = join(base, "code-home", "cache", "code");
  const [name = ""] = readdirSync(codeFolder);
  const path = join(codeFolder, name);
  const content = readFileSync(path);
  writeFileSync(path, Buffer.from(content).fill(0, content.length >> 1, (content.length >> 1) + 64));
  expect(run(planton, ["kinds"], at)).toEqual(used);
  expect(readFileSync(path).equals(content)).toBe(false);
  chmodSync(path, 0o666);
  expect(run(planton, ["kinds"], at)).toEqual(used);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
