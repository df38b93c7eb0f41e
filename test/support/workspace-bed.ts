import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Schema, Validator } from "@cfworker/json-schema";
import { expect, inject } from "vitest";
import { sandboxStatus } from "../../sandbox/kit/client/sandbox-client.js";
import { type Ended, type PlantonBed, type Running, type RunOptions, root } from "./planton-bed.js";

/** A stack of a report, as far as tests compare it. */
interface ReportedStack {
  readonly stack: string;
  readonly name: string;
  readonly action: string;
  readonly result: string;
  readonly changes: Readonly<Record<string, number>>;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** How a command over a workspace ended. */
interface WorkspaceEnded extends Ended {
  readonly result: string;
  readonly stacks: readonly ReportedStack[];
  /** Name of each manifest, and what became of its stack. */
  readonly results: Readonly<Record<string, string>>;
}

/** A folder of manifests in a bed. */
export interface WorkspaceBed {
  /** Absolute. */
  readonly folder: string;
  /** Writes a file of it. */
  readonly write: (path: string, text: string) => void;
  /** Runs `planton COMMAND -f FOLDER` with further words; its report has been checked against the schema. */
  readonly run: (words: readonly string[], options?: RunOptions) => Promise<WorkspaceEnded>;
  /** As {@link run}, without waiting for the end. */
  readonly start: (words: readonly string[], options?: RunOptions) => Running & { ended: Promise<WorkspaceEnded> };
  /** Copies its manifests, without what commands have written, to another folder of the bed. */
  readonly copyTo: (name: string) => WorkspaceBed;
}

const schema = JSON.parse(readFileSync(join(root, "docs", "report.schema.json"), "utf8")) as Schema;

/** Opens a folder of a bed as a workspace; it may be there already. */
export function workspaceBed(
  bed: PlantonBed,
  name: string,
  files: Readonly<Record<string, string>> = {},
): WorkspaceBed {
  const folder = join(bed.folder, name);
  const write = (path: string, text: string): void => void bed.write(join(name, path), text);
  for (const [path, text] of Object.entries(files)) write(path, text);
  const start: WorkspaceBed["start"] = ([command = "", ...words], options) => {
    const report = join(bed.base, `${name}-report.json`);
    rmSync(report, { force: true });
    const paths = words.includes("-f") ? [] : ["-f", folder];
    const running = bed.start([command, ...paths, "--report", report, ...words], options);
    return { ...running, ended: running.ended.then((ended) => withReport(ended, report)) };
  };
  return {
    folder,
    write,
    start,
    run: (words, options) => start(words, options).ended,
    copyTo(other) {
      const filter = (path: string): boolean => !/\/(\.planton|Pulumi\.[^/]*)$/.test(path);
      cpSync(folder, join(bed.folder, other), { recursive: true, filter });
      return workspaceBed(bed, other);
    },
  };
}

function withReport(ended: Ended, path: string): WorkspaceEnded {
  expect(existsSync(path), ended.all).toBe(true);
  const report: unknown = JSON.parse(readFileSync(path, "utf8"));
  const { errors } = new Validator(schema, "2020-12", false).validate(report);
  expect(errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`)).toEqual([]);
  // Of this form, as the schema says.
  const { result, stacks } = report as Pick<WorkspaceEnded, "result" | "stacks">;
  return { ...ended, result, stacks, results: Object.fromEntries(stacks.map((one) => [one.name, one.result])) };
}

/** A manifest of a DigitalOceanVpc; `after` names VPCs that it depends on. */
export function vpcManifest(name: string, after: readonly string[] = [], description = "of a test"): string {
  return manifest({ kind: "DigitalOceanVpc", name, after, spec: { region: "nyc3", description } });
}

/** A manifest of a small DigitalOceanDatabaseCluster; `after` names clusters that it depends on. */
export function clusterManifest(name: string, after: readonly string[] = []): string {
  const size = { sizeSlug: "db-s-1vcpu-1gb", nodeCount: 1 };
  const spec = { engine: "valkey", engineVersion: "8", region: "nyc3", ...size };
  return manifest({ kind: "DigitalOceanDatabaseCluster", name, after, spec });
}

function manifest({ kind, name, after, spec }: { kind: string; name: string; after: readonly string[]; spec: object }) {
  const relationships = after.map((other) => ({ type: "depends_on", kind, name: other }));
  const metadata = { name, ...(relationships.length === 0 ? {} : { relationships }) };
  return JSON.stringify({ apiVersion: "digital-ocean.planton.dev/v1", kind, metadata, spec });
}

/** A `pulumi` in front of the bed's that notes its words. */
export function notingPulumi(bed: PlantonBed): {
  /** Run planton with these. */
  readonly env: Readonly<Record<string, string>>;
  /** The words of each call so far, and forgets them. */
  readonly takeCalls: () => readonly string[];
} {
  const [folder, log] = [join(bed.base, "noting"), join(bed.base, "pulumi-calls")];
  mkdirSync(folder);
  const real = join(inject("engineFolder"), "pulumi");
  writeFileSync(join(folder, "pulumi"), `#!/bin/sh\nprintf '%s\\n' "$*" >> '${log}'\nexec '${real}' "$@"\n`);
  chmodSync(join(folder, "pulumi"), 0o755);
  return {
    env: { PATH: `${folder}:${bed.env["PATH"]}` },
    takeCalls() {
      const text = existsSync(log) ? readFileSync(log, "utf8") : "";
      rmSync(log, { force: true });
      return text.split("\n").filter((line) => line !== "");
    },
  };
}

/** Names of what callers have made in a list of DigitalOcean's API, sorted, one for each object. */
export async function namesAt(bed: PlantonBed, list: "databases" | "vpcs"): Promise<readonly string[]> {
  const all = (await bed.get(`/v2/${list}?per_page=200`))[list] ?? [];
  // Checked by the sandbox's own tests.
  const objects = all as { readonly name: string; readonly default?: boolean }[];
  const made = objects.filter((one) => one.default !== true && !one.name.endsWith("-sandbox"));
  return made.map(({ name }) => name).sort();
}

/** How many objects there are at the sandbox, of those that only its tests' callers make; tags stay at DigitalOcean. */
export async function objectsAtSandbox(bed: PlantonBed): Promise<number> {
  const status = await sandboxStatus(bed.home);
  if (!status.running) throw new Error("the sandbox does not run");
  return Object.values(status.objects)
    .flatMap((types) => Object.entries(types))
    .reduce((sum, [type, count]) => sum + (type === "tags" ? 0 : count), 0);
}
