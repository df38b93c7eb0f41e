import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { redact } from "../../../contract/text/redact.js";
import type { OpenPulumi, PulumiEnd, PulumiSetup } from "../../../runner/pulumi/spawn-pulumi.js";
import { lockFolder, type StackRef, stateFilePath } from "../../../runner/pulumi/stack-ref.js";
import type { Environment } from "../../../runner/system/planton-home.js";
import { type Deployment, type HeldResource, importProblem, stackUrn, withoutPending } from "./memory-deployment.js";

/** A call of the Pulumi CLI. */
export interface PulumiCall {
  readonly args: readonly string[];
  readonly env: Environment;
  readonly stdin: string;
}

/** An operation as its script sees it; what the script leaves in `deployment` is the state afterwards. */
export interface ScriptedRun extends Omit<PulumiCall, "stdin"> {
  readonly deployment: Deployment;
  readonly place: StackRef;
  readonly writeStderr: (text: string) => void;
  /** Adds a line to the event log. */
  readonly event: (event: object) => void;
}

/** How a script ends: nothing for exit code 0; "in preview" leaves the log without the summary of the run itself. */
export type ScriptEnd = number | NodeJS.Signals | { readonly inPreview: number } | undefined;

/** A Pulumi CLI in memory. */
export interface MemoryPulumi {
  readonly open: OpenPulumi;
  readonly calls: PulumiCall[];
  /** What the next operations (up, preview, refresh, destroy) do, in order; with none left they change nothing. */
  readonly scripts: ((run: ScriptedRun) => ScriptEnd)[];
  /** What operations do for which there is no script; the stack is locked meanwhile. */
  program: ((run: ScriptedRun) => ScriptEnd | Promise<ScriptEnd>) | undefined;
  /** The stack's state; undefined when the backend has no such stack. */
  readonly read: (place: StackRef) => Deployment | undefined;
  readonly write: (place: StackRef, deployment: Deployment) => void;
  /** Backends other than `file://`: names of locked stacks. */
  readonly locked: Set<string>;
  /** Backends other than `file://`: the tags of a stack. */
  readonly tags: (place: StackRef) => Readonly<Record<string, string>>;
}

/** What {@link memoryPulumi} needs. */
export interface MemoryPulumiInput {
  /** Milliseconds since 1970, for the state's time. */
  readonly now: () => number;
  /** Inputs that an import reads from the vendor; undefined when the vendor has no such resource. */
  readonly readVendor: (type: string, id: string) => Readonly<Record<string, unknown>> | undefined;
}

const ok = (stdout = ""): PulumiEnd => ({ code: 0, stdout, stderr: "" });
const fail = (code: number, message: string): PulumiEnd => ({ code, stdout: "", stderr: `error: ${message}\n` });

/**
 * A Pulumi CLI in memory that knows what planton calls. Messages, exit codes, what `stack init` writes, what `stack import`
 * refuses, and that it drops pending operations, are those of pulumi 3.259.0 with a `file://` backend, tried 2026-11-30.
 * States of a `file://` backend are files, as planton reads them; those of others are kept here.
 */
export function memoryPulumi({ now, readVendor }: MemoryPulumiInput): MemoryPulumi {
  const states = new Map<string, string>();
  const calls: PulumiCall[] = [];
  const scripts: MemoryPulumi["scripts"] = [];
  const locked = new Set<string>();
  const running = new Set<string>();
  const tags = new Map<string, Readonly<Record<string, string>>>();
  let salts = 0;
  const keyOf = (place: StackRef): string => JSON.stringify([place.backendUrl, place.project, place.stack]);

  const read = (place: StackRef): Deployment | undefined => {
    const path = stateFilePath(place);
    if (path === undefined) return parse<Deployment>(states.get(keyOf(place)));
    return existsSync(path)
      ? parse<{ checkpoint: { latest: Deployment } }>(readFileSync(path, "utf8"))?.checkpoint.latest
      : undefined;
  };
  const write = (place: StackRef, deployment: Deployment): void => {
    const path = stateFilePath(place);
    if (path === undefined) states.set(keyOf(place), JSON.stringify(deployment));
    else writeDeep(path, JSON.stringify({ version: 3, checkpoint: { stack: place.stack, latest: deployment } }));
  };
  const isLocked = (place: StackRef): boolean => {
    if (running.has(keyOf(place))) return true;
    const folder = lockFolder(place);
    return folder === undefined ? locked.has(place.stack) : existsSync(folder) && readdirSync(folder).length > 0;
  };

  const init = (setup: PulumiSetup, place: StackRef): PulumiEnd => {
    const { PULUMI_CONFIG_PASSPHRASE: word, PULUMI_CONFIG_PASSPHRASE_FILE: file } = setup.env;
    if (word === undefined && !(file && existsSync(file))) {
      return fail(1, "could not create secrets manager for new stack: passphrase must be set with ...");
    }
    if (isLocked(place)) return fail(1, `could not create stack: ${lockMessage}`);
    if (read(place) !== undefined)
      return fail(1, `stack 'organization/${place.project}/${place.stack}' already exists`);
    const path = join(setup.cwd, `Pulumi.${place.stack}.yaml`);
    const settings = existsSync(path) ? readFileSync(path, "utf8") : "";
    const salt = /^encryptionsalt: (\S+)$/m.exec(settings)?.[1] ?? `v1:${++salts}:salt`;
    if (!settings.includes(salt)) writeFileSync(path, `${settings}encryptionsalt: ${salt}\n`);
    const secrets_providers = { type: "passphrase", state: { salt } };
    write(place, { manifest: { time: new Date(now()).toISOString() }, secrets_providers, metadata: {} });
    return ok(`Created stack '${place.stack}'\n`);
  };

  const importState = (place: StackRef, stdin: string): PulumiEnd => {
    const deployment = parse<{ deployment?: Deployment }>(stdin)?.deployment;
    if (deployment === undefined) return fail(1, "EOF");
    const problem = importProblem(place.stack, deployment);
    if (problem !== undefined) return fail(1, `${problem}\nimporting this file could be dangerous`);
    if (isLocked(place)) return fail(1, `could not import deployment: ${lockMessage}`);
    write(place, withoutPending(deployment));
    return ok("Import complete.\n");
  };

  /** One selection per backend, as pulumi 3.256 and newer write it. */
  const select = (setup: PulumiSetup, { backendUrl, project, stack }: StackRef): PulumiEnd => {
    const hash = createHash("sha1").update(join(setup.cwd, "Pulumi.yaml")).digest("hex");
    const path = join(setup.env["PULUMI_HOME"] ?? "", "workspaces", `${project}-${hash}-workspace.json`);
    writeDeep(path, JSON.stringify({ stacks: { [backendUrl]: `organization/${project}/${stack}` } }));
    return ok();
  };

  /** `pulumi import TYPE NAME ID`, which protects what it imports. */
  const importResource = (place: StackRef, state: Deployment, args: readonly string[]): PulumiEnd => {
    const [, type = "", name = "", id = ""] = args;
    if (!args.includes("--yes")) return fail(1, "--yes must be passed in to proceed in non-interactive mode");
    if (isLocked(place)) return fail(1, lockMessage);
    const parent = stackUrn(place);
    const urn = `urn:pulumi:${place.stack}::${place.project}::${type}::${name}`;
    const resources = state.resources ?? [];
    const held = resources.find((resource) => resource.urn === urn && resource.delete !== true);
    if (held?.id === id) return ok();
    if (held !== undefined) return fail(1, `resource '${urn}' already exists`);
    const inputs = readVendor(type, id);
    if (inputs === undefined) return fail(1, `Preview failed: resource '${id}' does not exist`);
    const provider = optionOf(args, "--provider")?.split("=")[1];
    if (provider !== undefined && !resources.some((resource) => resource.urn === provider)) {
      return fail(1, `could not find provider '${provider}'`);
    }
    const root: HeldResource = { urn: parent, type: "pulumi:pulumi:Stack", custom: false };
    const roots = resources.some((resource) => resource.urn === parent) ? [] : [root];
    const imported: HeldResource = { urn, type, custom: true, id, inputs, outputs: inputs, protect: true, parent };
    write(place, { ...state, resources: [...roots, ...resources, imported] });
    return ok();
  };

  const tagsOf = (place: StackRef): Readonly<Record<string, string>> => tags.get(keyOf(place)) ?? {};

  const tag = (place: StackRef, [verb, name = "", value = ""]: readonly string[]): PulumiEnd => {
    if (verb === "ls") return ok(JSON.stringify(tagsOf(place)));
    tags.set(keyOf(place), { ...tagsOf(place), [name]: value });
    return ok();
  };

  const capture = (setup: PulumiSetup, args: readonly string[], stdin: string): PulumiEnd => {
    const place = placeOf(setup, args);
    const state = read(place);
    const command = args[0] === "stack" ? `stack ${args[1] ?? ""}` : (args[0] ?? "");
    if (command === "stack init") return init(setup, place);
    if (state === undefined) return fail(6, `no stack named '${place.stack}' found`);
    if (command === "stack export") return ok(JSON.stringify({ version: 3, deployment: state }));
    if (command === "stack import") return importState(place, stdin);
    if (command === "stack select") return select(setup, place);
    if (command === "stack tag") return tag(place, args.slice(2));
    if (command === "import") return importResource(place, state, args);
    if (command !== "cancel") throw new Error(`the Pulumi CLI in memory does not know ${args.join(" ")}`);
    locked.delete(place.stack);
    const folder = lockFolder(place);
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    return ok();
  };

  const operate = async (setup: PulumiSetup, args: readonly string[]): Promise<PulumiEnd> => {
    const place = placeOf(setup, args);
    const deployment = read(place);
    if (deployment === undefined) return fail(6, `no stack named '${place.stack}' found`);
    if (isLocked(place) && args[0] !== "preview") return fail(1, lockMessage);
    let stderr = "";
    const writeStderr = (text: string): void => {
      stderr += text;
    };
    const log = optionOf(args, "--event-log");
    const event = (one: object): void => {
      if (log !== undefined) appendFileSync(log, `${JSON.stringify(one)}\n`);
    };
    const hasPreview = args[0] === "preview" || !args.includes("--skip-preview");
    if (hasPreview) event({ summaryEvent: { isPreview: true } });
    const script = scripts.shift() ?? memory.program;
    const locks = args[0] !== "preview" && !args.includes("--preview-only");
    if (locks) running.add(keyOf(place));
    const ended = Promise.resolve(script?.({ args, env: setup.env, deployment, place, writeStderr, event }));
    const end = (await ended.finally(() => locks && running.delete(keyOf(place)))) ?? 0;
    if (args[0] !== "preview") {
      write(place, { ...deployment, manifest: { ...deployment.manifest, time: new Date(now()).toISOString() } });
    }
    if (typeof end === "string") {
      return { code: end === "SIGKILL" ? 137 : end === "SIGTERM" ? 143 : 130, signal: end, stderr, stdout: "" };
    }
    if (typeof end === "object") return { code: end.inPreview, stderr, stdout: "" };
    if (args[0] !== "preview") event({ summaryEvent: { isPreview: false } });
    return { code: end, stderr, stdout: "" };
  };

  const masked = (end: PulumiEnd, setup: PulumiSetup): PulumiEnd => ({
    ...end,
    stderr: redact(end.stderr, setup.secrets),
  });
  const openPulumi: OpenPulumi = (setup) => ({
    ...setup,
    async capture(args, stdin = "") {
      calls.push({ args, env: setup.env, stdin });
      return masked(capture(setup, args, stdin), setup);
    },
    async passThrough(args, options) {
      const merged = { ...setup, env: { ...setup.env, ...options.env } };
      calls.push({ args, env: merged.env, stdin: "" });
      const end = masked(await operate(merged, args), setup);
      options.writeStderr(end.stderr);
      return end;
    },
  });
  const memory: MemoryPulumi = {
    open: openPulumi,
    calls,
    scripts,
    program: undefined,
    read,
    write,
    locked,
    tags: tagsOf,
  };
  return memory;
}

const lockMessage = "the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or ...";

/** The value after an option; undefined when the option is not given. */
export function optionOf(args: readonly string[], option: string): string | undefined {
  return args.includes(option) ? args[args.indexOf(option) + 1] : undefined;
}

/** The project's own backend counts where no variable names one. */
function placeOf({ cwd, env }: PulumiSetup, args: readonly string[]): StackRef {
  const project = readFileSync(join(cwd, "Pulumi.yaml"), "utf8");
  return {
    backendUrl: env["PULUMI_BACKEND_URL"] ?? /^ {2}url: "?([^"\n]+)"?$/m.exec(project)?.[1] ?? "",
    project: /^name: "?([^"\n]+)"?$/m.exec(project)?.[1] ?? "",
    stack: optionOf(args, "--stack") ?? "",
    dir: cwd,
  };
}

function parse<Value>(text: string | undefined): Value | undefined {
  return text ? (JSON.parse(text) as Value) : undefined;
}

function writeDeep(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
