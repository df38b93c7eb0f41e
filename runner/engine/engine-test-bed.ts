import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findExecutable } from "../system/find-executable.js";
import type { EngineRequest } from "./engine-request.js";

/** A temporary machine for tests: its own PATH with scripts in place of programs, its own home, its own server. */
export interface EngineTestBed {
  readonly root: string;
  /** The only folder on PATH. */
  readonly bin: string;
  /** PLANTON_HOME. */
  readonly home: string;
  /** Lines of progress so far. */
  readonly lines: string[];
  /** A request with the downloads switched off unless `overrides` says otherwise. */
  request(overrides?: Partial<EngineRequest>): EngineRequest;
  /** Writes an executable shell script; each start of it is recorded for {@link EngineTestBed.calls}. */
  script(path: string, body: string): string;
  /** The arguments of every start of the script of that path. */
  calls(path: string): readonly string[];
  /** Serves HTTP until the end of the test; gives back the base URL. */
  serve(listener: RequestListener): Promise<string>;
  close(): void;
}

/** Makes a test bed; `close` removes it. */
export function createEngineTestBed(): EngineTestBed {
  const root = mkdtempSync(join(tmpdir(), "planton-engine-"));
  const bin = join(root, "bin");
  const home = join(root, "home");
  const goModuleDir = join(root, "module");
  for (const folder of [bin, goModuleDir]) mkdirSync(folder);
  for (const file of ["go.mod", "go.sum"]) writeFileSync(join(goModuleDir, file), `content of ${file}\n`);
  const lines: string[] = [];
  const servers: Server[] = [];
  const env = { PATH: bin, PLANTON_HOME: home, PULUMI_HOME: join(root, "pulumi"), HOME: root };
  return {
    root,
    bin,
    home,
    lines,
    request: (overrides = {}) => ({
      goModuleDir,
      progress: (line) => lines.push(line),
      fetch: globalThis.fetch,
      platform: "linux",
      arch: "x64",
      ...overrides,
      env: { ...env, ...(overrides.downloadBases ? {} : { PLANTON_ENGINE_DOWNLOAD: "off" }), ...overrides.env },
    }),
    script: (path, body) => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `#!/bin/sh\necho "$@" >> "${path}.calls"\n${body}\n`);
      chmodSync(path, 0o755);
      return path;
    },
    calls: (path) => (existsSync(`${path}.calls`) ? readFileSync(`${path}.calls`, "utf8").trimEnd().split("\n") : []),
    serve: async (listener) => {
      const server = createServer(listener);
      servers.push(server);
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      // A server that listens on a TCP port has an address of this shape.
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    close: () => {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Puts the real programs of these names on the test bed's PATH. */
export function linkPrograms(bed: EngineTestBed, ...names: readonly string[]): void {
  for (const name of names) {
    const real = findExecutable(name, process.env);
    if (real === undefined) throw new Error(`the test needs "${name}" on PATH`);
    symlinkSync(real, join(bed.bin, name));
  }
}

/** An archive laid out as Pulumi's, whose `pulumi` prints the version. */
export function makeArchive(bed: EngineTestBed, version: string): { bytes: Buffer; sha256: string } {
  const folder = join(bed.root, `archive-${version}`);
  bed.script(join(folder, "pulumi", "pulumi"), `echo v${version}`);
  writeFileSync(join(folder, "pulumi", "pulumi-language-nodejs"), "not needed");
  const file = `${folder}.tar.gz`;
  const { status, stderr } = spawnSync("tar", ["-czf", file, "-C", folder, "pulumi"], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const bytes = readFileSync(file);
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** Waits until the condition holds; fails after ten seconds. */
export async function waitUntil(condition: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error("the condition did not come true within ten seconds");
    await delay(10);
  }
}
