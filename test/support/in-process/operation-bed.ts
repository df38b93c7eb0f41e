import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { catalog } from "../../../apis/gen/catalog.js";
import { PlantonError, type Problem } from "../../../contract/planton-error.js";
import { noTrace, type Trace } from "../../../contract/trace.js";
import type {
  DeletionObstacles,
  FoundResource,
  PendingCreate,
  VendorAccount,
  VendorAdapter,
  VendorPlugin,
} from "../../../contract/vendor.js";
import {
  type OperationDependencies,
  type OperationRequest,
  performOperation,
  performRecovery,
  type RecoveryRequest,
} from "../../../runner/operation/perform-operation.js";
import type { OperationName } from "../../../runner/operation/run-operation.js";
import { readStackRecord, type StackRecord, stackSettingsPath } from "../../../runner/project/stack-settings.js";
import type { StackRef } from "../../../runner/pulumi/stack-ref.js";
import type { StackSelection } from "../../../runner/session/prepare-stack.js";
import { type Deployment, type HeldEntry, resourcesOf } from "./memory-deployment.js";
import { type MemoryPulumi, memoryPulumi } from "./memory-pulumi.js";

/** A vendor by the name of digitalocean, which a test scripts. */
export interface ScriptedVendor {
  /** By token; undefined: it may not read its account. */
  accounts: Record<string, VendorAccount | undefined>;
  /** Whether its plugin "digitalocean" is planton's own. */
  hasOwnPlugin: boolean;
  /** Default: none. */
  otherPlugins: readonly VendorPlugin[];
  /** What readExisting gives, by id; "absent" for every other id. */
  readonly existing: Map<string, "present" | "unreadable">;
  /** What readObstacles gives, by id. */
  readonly obstacles: Map<string, DeletionObstacles | PlantonError>;
  /** What findCreated gives. */
  find: (pending: PendingCreate) => readonly FoundResource[] | undefined;
  /** What findCreated was asked for. */
  readonly asked: PendingCreate[];
  /** Inputs that an import reads, by id. */
  readonly readable: Map<string, Readonly<Record<string, unknown>>>;
}

/** What a test may change of a request; the selection's keys are beside the others. */
export type RequestChange = Partial<Omit<OperationRequest, "name" | "selection"> & StackSelection>;

/** The same for a recovery. */
export type RecoveryChange = Partial<Pick<RecoveryRequest, "imports" | "forget" | "yes"> & StackSelection>;

/** Operations in one process: a project folder of their own, a Pulumi CLI in memory, a scripted vendor. */
export interface OperationBed {
  /** Absolute; the working directory, and `app` in it is the usual project. */
  readonly folder: string;
  /** May be changed. */
  readonly env: Record<string, string | undefined>;
  readonly pulumi: MemoryPulumi;
  readonly vendor: ScriptedVendor;
  readonly console: {
    interactive: boolean;
    answer: boolean;
    /** What typeToConfirm was asked for; `typed` false lets it throw. */
    readonly confirmed: string[];
    typed: boolean;
    readonly lines: string[];
    readonly warnings: Problem[];
    writeStderr: (text: string) => void;
    writeStdout: ((text: string) => void) | undefined;
  };
  /** Milliseconds since 1970; may be changed. */
  readonly clock: { nowMs: number };
  stdin: string;
  /** Default: nobody reads it. */
  trace: Trace;
  readonly write: (path: string, text: string) => void;
  /** Runs an operation on `app/stack-input.yaml`, with `--yes`, unless set otherwise. */
  readonly run: (name: OperationName, change?: RequestChange) => Promise<number>;
  readonly recover: (change?: RecoveryChange) => Promise<string>;
  /** What operations are run with. */
  readonly dependencies: () => OperationDependencies;
  /** Lets the next operation end well with these resources in the state. */
  readonly makes: (...entries: readonly HeldEntry[]) => void;
  /** Makes a stack with these resources by a good up, of which no call is on record afterwards. Throws when it fails. */
  readonly establish: (entries: readonly HeldEntry[], change?: RequestChange) => Promise<void>;
  /** Changes a state behind planton's back. */
  readonly change: (stack: string, change: (deployment: Deployment, place: StackRef) => void) => void;
  readonly place: (stack: string, project?: string) => StackRef;
  readonly record: (stack: string, project?: string) => StackRecord | undefined;
  readonly settings: (stack: string, project?: string) => string;
  /** Argument lists of the calls that changed something or ran an operation, without what every call has. */
  readonly changes: () => readonly string[];
  readonly close: () => void;
}

/** A clock for {@link openOperationBed}: 2026-08-21T10:00:00Z. */
export const startMs = Date.UTC(2026, 7, 21, 10);

/** Opens a bed. What waits there moves its clock on. */
export function openOperationBed(): OperationBed {
  const clock = { nowMs: startMs };
  const folder = mkdtempSync(join(tmpdir(), "planton-operation-"));
  const vendor: ScriptedVendor = {
    accounts: { "first-token": { id: "team-1", name: "us" }, "second-token": { id: "team-2", name: "them" } },
    hasOwnPlugin: false,
    otherPlugins: [],
    existing: new Map(),
    obstacles: new Map(),
    find: () => [],
    asked: [],
    readable: new Map(),
  };
  const now = (): number => clock.nowMs;
  const pulumi = memoryPulumi({ now, readVendor: (_, id) => vendor.readable.get(id) });
  const env: Record<string, string | undefined> = {
    HOME: folder,
    PLANTON_HOME: join(folder, "home"),
    PULUMI_HOME: join(folder, "pulumi"),
    PULUMI_BACKEND_URL: "s3://states",
    PULUMI_CONFIG_PASSPHRASE: "a word",
    DIGITALOCEAN_TOKEN: "first-token",
  };
  const console: OperationBed["console"] = {
    interactive: false,
    answer: false,
    confirmed: [],
    typed: true,
    lines: [],
    warnings: [],
    writeStderr: () => undefined,
    writeStdout: undefined,
  };
  const place = (stack: string, project = "app"): StackRef => ({
    backendUrl: env["PULUMI_BACKEND_URL"] ?? "",
    project,
    stack,
    dir: join(folder, project),
  });
  const bed: OperationBed = {
    folder,
    env,
    pulumi,
    vendor,
    console,
    clock,
    stdin: "",
    trace: noTrace,
    write(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    run(name, change = {}) {
      const selection = selectionOf(change);
      const request = { yes: true, allowDataLoss: false, debugDir: undefined, extra: [], arguments: "ARGS" };
      return performOperation({ ...request, ...change, name, selection }, dependencies());
    },
    recover(change = {}) {
      const request = { imports: new Set<string>(), forget: new Set<string>(), yes: true, arguments: "ARGS" };
      return performRecovery({ ...request, ...change, selection: selectionOf(change) }, dependencies());
    },
    dependencies: () => dependencies(),
    makes: (...entries) =>
      void pulumi.scripts.push(({ deployment, place: where }) => {
        deployment.resources = resourcesOf(where, entries);
        return undefined;
      }),
    async establish(entries, change) {
      bed.makes(...entries);
      const code = await bed.run("up", change);
      if (code !== 0) throw new Error(`the up that was to make the stack ended with ${code}`);
      pulumi.calls.length = 0;
    },
    change(stack, change) {
      const deployment = pulumi.read(place(stack));
      if (deployment === undefined) throw new Error(`no stack "${stack}" to change`);
      change(deployment, place(stack));
      pulumi.write(place(stack), deployment);
    },
    place,
    record: (stack, project = "app") => readStackRecord(join(folder, project), stack),
    settings: (stack, project = "app") => readFileSync(stackSettingsPath(join(folder, project), stack), "utf8"),
    changes: () =>
      pulumi.calls
        .map(({ args }) => args.filter((word) => !word.includes("events.ndjson")).join(" "))
        .filter((line) => !line.startsWith("stack export"))
        // The first is of every operation, the second of every destroy.
        .map((line) => line.replace(" --event-log", "").replace(" --suppress-outputs", "")),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
  const dependencies = (): OperationDependencies => ({
    parts: {
      catalog,
      checked: undefined,
      vendors: [adapterOf(vendor)],
      env,
      cwd: folder,
      readStdin: () => Promise.resolve(bed.stdin),
      resolve: (text) => Promise.resolve(text),
      fetch: () => Promise.reject(new Error("a test sends no requests")),
      installEngine: () =>
        Promise.resolve({ path: "/engine/pulumi", folder: "/engine", version: "3.259.0", source: "home" }),
      openPulumi: pulumi.open,
      now,
      secretWarnings: [],
      trace: bed.trace,
    },
    console: {
      interactive: console.interactive,
      report: (line) => void console.lines.push(line),
      showWarnings: (warnings) => void console.warnings.push(...warnings),
      askYes: () => Promise.resolve(console.answer),
      async typeToConfirm(name) {
        console.confirmed.push(name);
        if (!console.typed) throw new Error("not confirmed");
      },
      writeStderr: console.writeStderr,
      writeStdout: console.writeStdout,
    },
    now,
    async sleep(ms) {
      clock.nowMs += ms;
    },
  });
  return bed;
}

function selectionOf(change: Partial<StackSelection>): StackSelection {
  const { stackInput = "app/stack-input.yaml", kind, stack, projectDir, newStack = false, adoptStack = false } = change;
  return {
    stackInput,
    kind,
    env: change.env,
    stack,
    projectDir,
    newStack,
    adoptStack,
    skipAccountCheck: change.skipAccountCheck ?? false,
  };
}

function adapterOf(vendor: ScriptedVendor): VendorAdapter {
  return {
    name: "digitalocean",
    plugins: [{ name: "digitalocean", version: "4.80.1", isOwn: vendor.hasOwnPlugin }, ...vendor.otherPlugins],
    readAccount: ({ credentials }) => Promise.resolve(vendor.accounts[credentials["api_token"] ?? ""]),
    async readExisting({ id }) {
      const seen = vendor.existing.get(id) ?? "absent";
      return seen === "present" ? { tags: [] } : seen === "absent" ? seen : undefined;
    },
    async readObstacles({ id }) {
      const obstacles = vendor.obstacles.get(id);
      if (obstacles instanceof PlantonError) throw obstacles;
      return obstacles;
    },
    recovery: {
      async findCreated(pending) {
        vendor.asked.push(pending);
        return vendor.find(pending);
      },
      lookups: { [clusterType]: ["name", "engine"], [vpcType]: ["name", "region"] },
      unreadable: { [clusterType]: ["backupRestore"] },
      refusalOf: (_, message) =>
        message.includes("422") ? "refused" : message.includes("already exists") ? "name taken" : undefined,
    },
    hints: [{ pattern: /quota/, hint: "ask for more" }],
  };
}

/** Type of a cluster, which the test's vendor marks. */
export const clusterType = "digitalocean:index/databaseCluster:DatabaseCluster";

/** Type of a VPC, which takes no mark. */
export const vpcType = "digitalocean:index/vpc:Vpc";

/** The error code of what a run throws, or how it ended. */
export async function codeOf(run: Promise<unknown>): Promise<string> {
  const end = await run.catch((error: unknown) => error);
  return typeof end === "object" && end !== null && "code" in end ? String(end.code) : `ended: ${String(end)}`;
}

/** Runs every command that works on a stack; gives the code of each. */
export async function codesOf(
  bed: OperationBed,
  selection: Partial<StackSelection> = {},
): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const name of ["up", "preview", "refresh", "destroy"] as const)
    all[name] = await codeOf(bed.run(name, selection));
  return { ...all, recover: await codeOf(bed.recover(selection)) };
}
