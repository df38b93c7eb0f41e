import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EngineCli } from "./engine-request.js";
import { createEngineTestBed, type EngineTestBed } from "./engine-test-bed.js";
import { ensurePlugin, type PluginRequest } from "./install-plugin.js";

let bed: EngineTestBed;
let source: string;
let target: string;
let pulumi: string;
beforeEach(() => {
  bed = createEngineTestBed();
  source = join(bed.root, "source");
  target = join(bed.root, "pulumi-home", "plugins", "language-planton-v0.1.0");
  mkdirSync(join(source, "data"), { recursive: true });
  writeFileSync(join(source, "pulumi-language-planton"), "#!/usr/bin/env node\n", { mode: 0o755 });
  writeFileSync(join(source, "data", "x.json"), "{}");
  // Arguments: plugin install KIND NAME vVERSION --file DIR ...
  pulumi = bed.script(
    join(bed.bin, "pulumi"),
    'T="$PULUMI_HOME/plugins/$3-$4-$5"; /bin/rm -rf "$T" "$T.partial"; /bin/mkdir -p "$T"; /bin/cp -r "$7/." "$T/"',
  );
});
afterEach(() => bed.close());

function request(overrides: Partial<PluginRequest> = {}): PluginRequest {
  const engine: EngineCli = { path: pulumi, folder: bed.bin, version: "3.259.0", source: "path" };
  const env = { PULUMI_HOME: join(bed.root, "pulumi-home") };
  return { engine, kind: "language", name: "planton", version: "0.1.0", sourceDir: source, env, ...overrides };
}

test("installs once, then starts nothing", async () => {
  expect(await ensurePlugin(request())).toEqual({ installed: true });
  for (let run = 0; run < 3; run++) expect(await ensurePlugin(request())).toEqual({ installed: false });
  expect(bed.calls(pulumi)).toEqual([
    `plugin install language planton v0.1.0 --file ${source} --reinstall --non-interactive --color never`,
  ]);
  expect(readFileSync(join(target, "data", "x.json"), "utf8")).toBe("{}");
});

test("installs once for several commands at the same time", async () => {
  const results = await Promise.all([1, 2, 3].map(() => ensurePlugin(request())));
  expect(results.filter((result) => result.installed)).toHaveLength(1);
  expect(bed.calls(pulumi)).toHaveLength(1);
});

describe("installs again when", () => {
  test.each<{ what: string; change: () => void }>([
    { what: "the source changed", change: () => appendFileSync(join(source, "pulumi-language-planton"), "// more\n") },
    {
      what: "the source changed with the same size and time",
      change: () => {
        const path = join(source, "data", "x.json");
        writeFileSync(path, "[]");
        utimesSync(path, new Date(0), new Date(0));
      },
    },
    { what: "a source file is new", change: () => writeFileSync(join(source, "more.json"), "1") },
    { what: "a source file is gone", change: () => rmSync(join(source, "data", "x.json")) },
    { what: "an installed file changed", change: () => writeFileSync(join(target, "data", "x.json"), "[]") },
    { what: "an installed file is gone", change: () => rmSync(join(target, "data", "x.json")) },
    { what: "an installed file is extra", change: () => writeFileSync(join(target, "extra"), "") },
    {
      what: "the installed executable is none",
      change: () => chmodSync(join(target, "pulumi-language-planton"), 0o644),
    },
    { what: "the installed folder is gone", change: () => rmSync(target, { recursive: true }) },
    { what: "pulumi left a mark of an unfinished installation", change: () => writeFileSync(`${target}.partial`, "") },
  ])("$what", async ({ change }) => {
    utimesSync(join(source, "data", "x.json"), new Date(0), new Date(0));
    await ensurePlugin(request());
    change();
    expect(await ensurePlugin(request())).toEqual({ installed: true });
    expect(await ensurePlugin(request())).toEqual({ installed: false });
  });
});

describe("starts nothing when", () => {
  test.each<{ what: string; change: () => void }>([
    { what: "a code cache was written", change: () => writeFileSync(join(target, "planton.cache"), "bytes") },
    { what: "only times changed", change: () => utimesSync(join(source, "data", "x.json"), new Date(1), new Date(1)) },
    { what: "the stamp is damaged", change: () => writeFileSync(join(target, ".planton-stamp.json"), "{") },
  ])("$what", async ({ change }) => {
    await ensurePlugin(request());
    change();
    expect(await ensurePlugin(request())).toEqual({ installed: false });
    expect(bed.calls(pulumi)).toHaveLength(1);
  });
});

describe("is E_PLUGIN when", () => {
  test.each<{ what: string; prepare: () => Partial<PluginRequest>; says: string }>([
    {
      what: "pulumi fails",
      prepare: () => ({
        engine: {
          ...request().engine,
          path: bed.script(
            join(bed.bin, "failing"),
            'echo "[language plugin] installing" >&2; echo "error: disk full" >&2; exit 1',
          ),
        },
      }),
      says: ": error: disk full",
    },
    {
      what: "pulumi says it is done and is not",
      prepare: () => ({ engine: { ...request().engine, path: bed.script(join(bed.bin, "lazy"), "exit 0") } }),
      says: "did not put",
    },
    {
      what: "pulumi cannot be started",
      prepare: () => ({ engine: { ...request().engine, path: join(bed.bin, "nowhere") } }),
      says: "ENOENT",
    },
    {
      what: "the source is not there",
      prepare: () => ({ sourceDir: join(bed.root, "nowhere") }),
      says: "pulumi-language-planton",
    },
    { what: "the executable has another name", prepare: () => ({ kind: "resource" }), says: "pulumi-resource-planton" },
    {
      what: "pulumi's home cannot be made",
      prepare: () => ({ env: { PULUMI_HOME: join(source, "pulumi-language-planton", "home") } }),
      says: "ENOTDIR",
    },
  ])("$what", async ({ prepare, says }) => {
    const error = await ensurePlugin(request(prepare())).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "E_PLUGIN" });
    expect(String(error)).toContain(says);
  });
});

test("takes each PULUMI_HOME for itself", async () => {
  const other = { PULUMI_HOME: join(bed.root, "sandbox") };
  await ensurePlugin(request());
  expect(await ensurePlugin(request({ env: other }))).toEqual({ installed: true });
  expect(existsSync(join(bed.root, "sandbox", "plugins", "language-planton-v0.1.0"))).toBe(true);
});
