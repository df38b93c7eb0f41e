import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";

/** Folder of the project. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** How a process ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams, as they came. */
  readonly all: string;
}

/** A process that runs, and its end. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has written so far. */
  readonly soFar: () => string;
}

/** Options of one run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
}

/** A planton home, sandbox and folder of a test's own; nothing of it touches the user's. */
export interface PlantonBed {
  /** Everything of the bed is below. */
  readonly base: string;
  /** Folder for stack inputs. */
  readonly folder: string;
  /** PLANTON_HOME. */
  readonly home: string;
  /** Variables of every run: those of the sandbox. */
  readonly env: Readonly<Record<string, string>>;
  /** Base URL of the sandbox's DigitalOcean. */
  readonly apiUrl: string;
  readonly write: (path: string, text: string) => string;
  readonly planton: (args: readonly string[], options?: RunOptions) => Promise<Ended>;
  readonly pulumi: (args: readonly string[], options?: RunOptions) => Promise<Ended>;
  readonly start: (args: readonly string[], options?: RunOptions) => Running;
  /** GET on the sandbox's API with its own key, as JSON. */
  readonly get: (path: string, token?: string) => Promise<Record<string, unknown>>;
  readonly close: () => Promise<void>;
}

/** What a bed runs; by default the built tree and the node that runs the tests. */
export interface BedOptions {
  /** Path of the planton to test. */
  readonly planton?: string;
  /** Folder of the node that everything is to run on. */
  readonly nodeFolder?: string;
  /** Further variables of every run. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Makes a bed with a running sandbox. */
export async function openBed(options: BedOptions = {}): Promise<PlantonBed> {
  const planton = options.planton ?? join(root, "bin", "planton");
  const nodeFolder = options.nodeFolder ?? dirname(process.execPath);
  const base = mkdtempSync(join(tmpdir(), "planton-e2e-"));
  const home = join(base, "home");
  const folder = join(base, "work");
  mkdirSync(folder, { recursive: true });
  // A user's folder may lie in a project of ES modules; our executables have to run there too.
  writeFileSync(join(base, "package.json"), '{ "type": "module" }\n');
  const outside: Record<string, string> = {
    PATH: [inject("engineFolder"), nodeFolder, "/usr/local/bin", "/usr/bin", "/bin"].join(":"),
    HOME: base,
    PLANTON_HOME: home,
    LANG: "C.UTF-8",
  };
  const started = await run(planton, ["sandbox", "start", "--port", "0"], { cwd: folder, env: outside });
  if (started.code !== 0) throw new Error(`the sandbox did not start: ${started.all}`);
  const printed = await run(planton, ["sandbox", "env"], { cwd: folder, env: outside });
  const env = { ...outside, ...exportedVariables(printed.stdout), ...options.env };
  const apiUrl = env["DIGITALOCEAN_API_URL"] ?? "";
  const merge = (options: RunOptions = {}): Required<Pick<RunOptions, "cwd" | "env">> & RunOptions => ({
    ...options,
    cwd: options.cwd ?? folder,
    env: { ...env, ...options.env },
  });
  return {
    base,
    folder,
    home,
    env,
    apiUrl,
    write(path, text) {
      const target = join(folder, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
      return target;
    },
    planton: (args, options) => run(planton, args, merge(options)),
    pulumi: (args, options) => run("pulumi", [...args, "--non-interactive"], merge(options)),
    start: (args, options) => startProcess(planton, args, merge(options)),
    async get(path, token = env["DIGITALOCEAN_TOKEN"] ?? "") {
      const response = await fetch(`${apiUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
      return (await response.json()) as Record<string, unknown>;
    },
    async close() {
      await run(planton, ["sandbox", "stop"], { cwd: folder, env });
      rmSync(base, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Starts a process and collects what it writes. */
export function startProcess(path: string, args: readonly string[], options: RunOptions): Running {
  const env = Object.fromEntries(Object.entries(options.env ?? {}).filter(([, value]) => value !== undefined));
  const child = spawn(path, args, {
    cwd: options.cwd,
    env: env as Record<string, string>,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let all = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    all += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    all += chunk.toString();
  });
  child.stdin.on("error", () => {
    // The process may end without reading its input.
  });
  child.stdin.end(options.stdin ?? "");
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({ code: code ?? (signal === "SIGKILL" ? 137 : 130), stdout, stderr, all }),
    );
  });
  return { child, ended, soFar: () => all };
}

/** Waits until a condition holds; fails after the bound. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  boundMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + boundMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${boundMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Every file below a folder, with its content. */
export function filesBelow(folder: string): { readonly path: string; readonly content: Buffer }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, content: readFileSync(path) }));
}

function run(path: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  return startProcess(path, args, options).ended;
}

function exportedVariables(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^export ([A-Z0-9_]+)='(.*)'$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
}
