import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEngineTestBed, type EngineTestBed, waitUntil } from "./engine-test-bed.js";
import { minimumEngineVersion, pinnedEngineVersion } from "./engine-version.js";
import { ensureEngine } from "./ensure-engine.js";
import { recordWorker } from "./stale-installs.js";

let bed: EngineTestBed;
beforeEach(() => {
  bed = createEngineTestBed();
});
afterEach(() => bed.close());

const homeFolder = (): string => join(bed.home, "engine", pinnedEngineVersion);

/** A `go` that "builds" a script printing the version; `build` is run before that. */
function fakeGo(options: { version?: string; toolchain?: string; prints?: string; build?: string } = {}): string {
  return bed.script(
    join(bed.bin, "go"),
    `case "$1" in
version) echo "go version go${options.version ?? "1.26.1"} linux/amd64"; exit 0;;
env) echo ${options.toolchain ?? "auto"}; exit 0;;
esac
${options.build ?? ""}
while [ "$1" != "-o" ]; do shift; done
printf '#!/bin/sh\\necho ${options.prints ?? `v${pinnedEngineVersion}`}\\n' > "$2"
chmod 755 "$2"`.replaceAll("chmod", "/bin/chmod"),
  );
}

describe("the pulumi on PATH", () => {
  test.each([minimumEngineVersion, pinnedEngineVersion, "3.300.1"])("version %s is taken", async (version) => {
    const path = bed.script(join(bed.bin, "pulumi"), `echo v${version}`);
    expect(await ensureEngine(bed.request())).toEqual({ path, folder: bed.bin, version, source: "path" });
    expect(bed.lines).toEqual([]);
  });

  test("is asked for its version once while the binary stays the same", async () => {
    const path = join(bed.bin, "pulumi");
    const calls = `${path}.calls`;
    writeFileSync(path, `: no interpreter line, as in a binary\necho x >> "${calls}"\necho v3.260.0\n`, {
      mode: 0o755,
    });
    for (let run = 0; run < 3; run++) expect((await ensureEngine(bed.request())).version).toBe("3.260.0");
    expect(bed.calls(path)).toHaveLength(1);
    writeFileSync(path, `: another\necho x >> "${calls}"\necho v3.261.0\n`);
    expect((await ensureEngine(bed.request())).version).toBe("3.261.0");
    expect(bed.calls(path)).toHaveLength(2);
  });

  test("is asked each time when it is a script, whose output can change without it", async () => {
    const path = bed.script(join(bed.bin, "pulumi"), `echo v$(/bin/cat ${bed.root}/version)`);
    for (const version of ["3.260.0", "3.261.0"]) {
      writeFileSync(join(bed.root, "version"), version);
      expect((await ensureEngine(bed.request())).version).toBe(version);
    }
    expect(bed.calls(path)).toHaveLength(2);
  });

  test.each(["", "null", "[]", '{"x": 1}', "{"])("works with the damaged cache %j", async (cache) => {
    mkdirSync(join(bed.home, "cache"), { recursive: true });
    writeFileSync(join(bed.home, "cache", "engine.json"), cache);
    bed.script(join(bed.bin, "pulumi"), "echo v3.260.0");
    expect((await ensureEngine(bed.request())).version).toBe("3.260.0");
  });

  test.each([
    { what: "too old", body: "echo v3.255.9", mode: 0o755, code: "E_ENGINE_TOO_OLD" },
    { what: "a pre-release of the minimum", body: "echo v3.256.0-alpha.1", mode: 0o755, code: "E_ENGINE_TOO_OLD" },
    { what: "garbage", body: "echo hello", mode: 0o755, code: "E_ENGINE_MISSING" },
    { what: "failing", body: "echo v3.260.0; exit 1", mode: 0o755, code: "E_ENGINE_MISSING" },
    { what: "not executable", body: "echo v3.260.0", mode: 0o644, code: "E_ENGINE_MISSING" },
  ])("$what and no other way: $code", async ({ body, mode, code }) => {
    chmodSync(bed.script(join(bed.bin, "pulumi"), body), mode);
    await expect(ensureEngine(bed.request())).rejects.toMatchObject({ code });
  });

  test("is passed over with a word when it is too old and planton's own is there", async () => {
    const old = bed.script(join(bed.bin, "pulumi"), "echo v3.100.0");
    const own = bed.script(join(homeFolder(), "pulumi"), `echo v${pinnedEngineVersion}`);
    expect(await ensureEngine(bed.request())).toMatchObject({ path: own, source: "home" });
    expect(bed.lines.join("\n")).toContain(old);
  });

  test("is planton's own after planton env put its folder there", async () => {
    const own = bed.script(join(homeFolder(), "pulumi"), `echo v${pinnedEngineVersion}`);
    const request = bed.request({ env: { PATH: homeFolder(), PLANTON_ENGINE_DOWNLOAD: "off" } });
    expect(await ensureEngine(request)).toMatchObject({ path: own, source: "home" });
  });

  test("is not looked for in the current folder", async () => {
    bed.script(join(bed.bin, "pulumi"), "echo v3.260.0");
    const request = bed.request({ env: { PATH: ":.:relative", PLANTON_ENGINE_DOWNLOAD: "off" } });
    await expect(ensureEngine(request)).rejects.toMatchObject({ code: "E_ENGINE_MISSING" });
  });
});

describe("a build", () => {
  test("is installed, found again, and made from the pinned module files", async () => {
    const seen = join(bed.root, "seen");
    const go = fakeGo({ build: `/bin/cat go.mod go.sum > ${seen}; echo "$CGO_ENABLED $GOWORK" >> ${seen}` });
    const path = join(homeFolder(), "pulumi");
    const built = { path, folder: homeFolder(), version: pinnedEngineVersion };
    expect(await ensureEngine(bed.request())).toEqual({ ...built, source: "build" });
    expect(await ensureEngine(bed.request())).toEqual({ ...built, source: "home" });
    expect(bed.calls(go).filter((call) => call.startsWith("build"))).toHaveLength(1);
    expect(bed.calls(go).at(-1)).toContain("-mod=readonly");
    expect(readFileSync(seen, "utf8")).toBe("content of go.mod\ncontent of go.sum\n0 off\n");
    expect(readdirSync(join(bed.home, "engine")).sort()).toEqual([pinnedEngineVersion, "build.log"]);
  });

  test("that fails keeps its log, names it, and hides a proxy's password", async () => {
    fakeGo({ build: 'echo "fetch https://user:hunter2@proxy.example/mod" >&2; echo "no space left" >&2; exit 1' });
    const log = join(bed.home, "engine", "build.log");
    const error = await ensureEngine(bed.request()).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "E_ENGINE_BUILD" });
    expect(String(error)).toContain(log);
    expect(String(error)).toContain("no space left");
    expect(String(error)).not.toContain("hunter2");
    expect(readFileSync(log, "utf8")).toContain("no space left");
    expect(statSync(log).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(bed.home, "engine"))).toEqual(["build.log"]);
  });

  test("that fails beside a too old pulumi is reported as too old", async () => {
    bed.script(join(bed.bin, "pulumi"), "echo v3.100.0");
    fakeGo({ build: "exit 1" });
    await expect(ensureEngine(bed.request())).rejects.toMatchObject({ code: "E_ENGINE_TOO_OLD" });
  });

  test("that was interrupted says so", async () => {
    fakeGo({ build: "kill -INT $$" });
    await expect(ensureEngine(bed.request())).rejects.toMatchObject({ code: "E_INTERRUPTED" });
  });

  test("that gives another version is refused", async () => {
    fakeGo({ prints: "v3.1.0" });
    await expect(ensureEngine(bed.request())).rejects.toMatchObject({ code: "E_ENGINE_BUILD" });
    expect(readdirSync(join(bed.home, "engine"))).toEqual(["build.log"]);
  });

  test.each([
    { version: "1.19.8", toolchain: "auto", builds: false },
    { version: "1.25.10", toolchain: "local", builds: false },
    { version: "1.25.10", toolchain: "auto", builds: true },
    { version: "1.24", toolchain: "go1.24+auto", builds: true },
    { version: "1.25.11", toolchain: "local", builds: true },
  ])("with go $version and GOTOOLCHAIN=$toolchain is tried: $builds", async ({ version, toolchain, builds }) => {
    const go = fakeGo({ version, toolchain });
    const outcome = await ensureEngine(bed.request()).catch((error: unknown) => error);
    expect(outcome).toMatchObject(builds ? { source: "build" } : { code: "E_ENGINE_BUILD" });
    expect(bed.calls(go).some((call) => call.startsWith("build"))).toBe(builds);
  });

  test("runs once for two commands at the same time", async () => {
    const gate = join(bed.root, "gate");
    const go = fakeGo({ build: `while [ ! -e ${gate} ]; do /bin/sleep 0.05; done` });
    const first = ensureEngine(bed.request({ progressEveryMs: 20 }));
    await waitUntil(() => bed.calls(go).some((call) => call.startsWith("build")));
    const waiting: string[] = [];
    const second = ensureEngine(bed.request({ progress: (line) => waiting.push(line), progressEveryMs: 20 }));
    await waitUntil(() => waiting.length >= 2 && bed.lines.length >= 3);
    writeFileSync(gate, "");
    expect((await Promise.all([first, second])).map((cli) => cli.source)).toEqual(["build", "home"]);
    expect(bed.calls(go).filter((call) => call.startsWith("build"))).toHaveLength(1);
    expect(waiting[0]).toContain(String(process.pid));
  });
});

describe("a damaged home", () => {
  test.each([
    { what: "an empty file", damage: (path: string) => writeFileSync(path, "", { mode: 0o755 }) },
    { what: "a file without the executable bit", damage: (path: string) => writeFileSync(path, "x", { mode: 0o644 }) },
    { what: "a folder", damage: (path: string) => mkdirSync(path) },
    { what: "a broken link", damage: (path: string) => symlinkSync("/nowhere", path) },
    { what: "another version", damage: (path: string) => bed.script(path, "echo v3.258.0") },
  ])("with $what in place of the engine is replaced", async ({ damage }) => {
    mkdirSync(homeFolder(), { recursive: true });
    damage(join(homeFolder(), "pulumi"));
    fakeGo();
    expect(await ensureEngine(bed.request())).toMatchObject({ source: "build" });
    expect(await ensureEngine(bed.request())).toMatchObject({ source: "home" });
  });

  test("with what an interrupted run left is cleaned up", async () => {
    mkdirSync(join(bed.home, "engine", ".work-abc", "source"), { recursive: true });
    fakeGo();
    await ensureEngine(bed.request());
    expect(readdirSync(join(bed.home, "engine")).sort()).toEqual([pinnedEngineVersion, "build.log"]);
  });

  test.runIf(process.platform === "linux")("with a compiler still at work for a killed run is cleaned up", async () => {
    const work = join(bed.home, "engine", ".work-abc");
    mkdirSync(work, { recursive: true });
    const orphan = spawn("sleep", ["600"]);
    try {
      recordWorker(work, orphan.pid ?? 0);
      const ended = once(orphan, "exit");
      fakeGo();
      await ensureEngine(bed.request());
      expect(await ended).toEqual([null, "SIGKILL"]);
      expect(readdirSync(join(bed.home, "engine")).sort()).toEqual([pinnedEngineVersion, "build.log"]);
    } finally {
      orphan.kill("SIGKILL");
    }
  });

  test("leaves alone a process that only has the number of the killed run's compiler", async () => {
    const work = join(bed.home, "engine", ".work-abc");
    mkdirSync(work, { recursive: true });
    writeFileSync(join(work, "worker.json"), JSON.stringify({ pid: process.pid, start: "1" }));
    fakeGo();
    expect(await ensureEngine(bed.request())).toMatchObject({ source: "build" });
  });

  test("that cannot be written to is an error with a way on", async () => {
    writeFileSync(bed.home, "a file where the folder should be");
    fakeGo();
    await expect(ensureEngine(bed.request())).rejects.toMatchObject({ code: "E_ENGINE_MISSING" });
  });

  test("that cannot be written to does not matter to a pulumi on PATH", async () => {
    writeFileSync(bed.home, "a file where the folder should be");
    bed.script(join(bed.bin, "pulumi"), "echo v3.260.0");
    expect(await ensureEngine(bed.request())).toMatchObject({ source: "path" });
  });
});
