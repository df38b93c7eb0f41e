import { mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { noTrace } from "../../../../contract/trace.js";
import type { SessionDependencies } from "../../../../runner/session/stack-session.js";
import type { Report } from "../../../../runner/workspace/report/report.js";
import {
  cluster,
  openWorkspaceBed,
  removeFile,
  user,
  vpc,
  type WorkspaceBed,
} from "../../../../test/support/in-process/workspace-bed.js";
import type { StacksCommand } from "../../render/stacks/stack-words.js";
import type { RunFlags } from "./run-flags.js";
import { runStacks } from "./run-stacks.js";

const parts = vi.hoisted((): { of: () => SessionDependencies } => ({
  of: () => {
    throw new Error("no bed is open");
  },
}));
const shown = vi.hoisted((): string[] => []);
vi.mock("../pulumi.js", () => ({ sessionParts: () => parts.of() }));
vi.mock("../../render/write-text.js", () => ({
  isTerminal: () => false,
  terminalSize: () => ({ columns: 80, rows: 24 }),
  writeText: (_stream: string, text: string) => void shown.push(text),
}));
vi.stubGlobal("PLANTON_VERSION", "1");

let bed: WorkspaceBed;
beforeEach(() => open());
afterEach(() => bed.close());

function open(options?: Parameters<typeof openWorkspaceBed>[0]): void {
  bed = openWorkspaceBed(options);
  parts.of = bed.parts;
  bed.write("shop/planton.yaml", "name: shop\n");
  bed.write("shop/net.yaml", vpc("net"));
  bed.write("shop/data.yaml", cluster("data", "net"));
  bed.write("shop/app.yaml", user("app", "data"));
}

interface Ran {
  readonly exit: number | undefined;
  readonly error: unknown;
  readonly report: Report | undefined;
  /** Results by stack. */
  readonly results: Readonly<Record<string, string>>;
}

/** Runs a command with --yes. */
async function run(command: StacksCommand, change: Partial<RunFlags> = {}): Promise<Ran> {
  // The bed's programs are those of the manifests as they are now.
  await bed.open({ ...(change.env === undefined ? {} : { env: change.env }) });
  bed.engineRuns();
  let exit: number | undefined;
  let error: unknown;
  removeFile(bed, "report.json");
  const base = { file: [bed.root], only: [], kind: [], selector: [], parallel: 2, yes: true, report: "report.json" };
  const cli = {
    env: bed.env,
    cwd: bed.folder,
    interactive: false,
    out: () => {},
    err: (line: string) => void bed.log.push(`${line}\n`),
    trace: noTrace,
    readStdin: () => Promise.resolve(""),
    exit: (code: number) => {
      exit = code;
    },
    catalog: bed.parts().catalog,
  };
  try {
    await runStacks({ command, flags: { ...base, ...change }, cli, signal: new AbortController().signal });
  } catch (thrown) {
    error = thrown;
  }
  const report = readReport();
  const results = Object.fromEntries((report?.stacks ?? []).map(({ stack, result }) => [stack, result]));
  return { exit, error, report, results };
}

function readReport(): Report | undefined {
  try {
    return JSON.parse(readFileSync(join(bed.folder, "report.json"), "utf8")) as Report;
  } catch {
    // A command that was refused writes none.
    return undefined;
  }
}

async function applied(change: Partial<RunFlags> = {}): Promise<void> {
  expect(await run("up", change)).toMatchObject({ exit: 0, error: undefined });
  bed.cloud.created.splice(0);
}

const namesOf = (urns: readonly string[]): (string | undefined)[] => urns.map((urn) => urn.split("::").at(-1));
const every = (result: string) => ({ "vpc.net": result, "db.data": result, "dbuser.app": result });

describe("exit codes", () => {
  test("0 when all went well, and when nothing was to be done", async () => {
    expect(await run("up")).toMatchObject({ exit: 0, results: every("succeeded") });
    expect(await run("up")).toMatchObject({ exit: 0, results: every("unchanged") });
    expect(bed.engineRuns()).toEqual([]);
  });

  test("4 for a failure, 75 for a locked stack, 8 when cancelled", async () => {
    bed.faults.set("db.data", ["refused"]);
    expect(await run("up")).toMatchObject({ exit: 4, results: { "db.data": "failed", "dbuser.app": "skipped" } });
    bed.pulumi.locked.add("db.data");
    expect(await run("up")).toMatchObject({ exit: 75, results: { "db.data": "locked" } });
    bed.pulumi.locked.clear();
    bed.faults.set("db.data", ["cancelled"]);
    expect(await run("up")).toMatchObject({ exit: 8, results: { "db.data": "cancelled" } });
  });

  test("10 for changes with preview --exit-code alone", async () => {
    expect(await run("preview", { exitCode: true })).toMatchObject({ exit: 10 });
    expect(await run("preview")).toMatchObject({ exit: 0 });
    await applied();
    expect(await run("preview", { exitCode: true })).toMatchObject({ exit: 0 });
  });
});

test("what was interrupted ends with the command that goes on with the same selection", async () => {
  bed.faults.set("db.data", ["cancelled"]);
  await run("up", { only: ["app"], withDependencies: true, kind: [], selector: ["!legacy"] });
  const goesOn = `planton up -f ${bed.root} --only app -l '!legacy' --with-dependencies`;
  expect(bed.log.filter((line) => line.includes(goesOn))).toHaveLength(1);
});

test("the logs of pulumi of every stack are kept below the folder of --debug-dir", async () => {
  const parent = join(bed.folder, "debug");
  bed.env["PLANTON_DEBUG_DIR"] = parent;
  expect(await run("up")).toMatchObject({ exit: 0 });
  expect(readdirSync(parent).length).toBeGreaterThanOrEqual(3);
});

describe("without --yes and a terminal", () => {
  test("nothing is changed", async () => {
    expect((await run("up", { yes: false })).error).toMatchObject({ code: "E_CONFIRMATION" });
    expect(bed.cloud.created).toEqual([]);
  });

  test.each(["destroy", "refresh"] as const)("%s asks also when its preview has failed", async (command) => {
    await applied();
    bed.faults.set("dbuser.app", ["preview refused"]);
    bed.faults.set("db.data", ["preview refused"]);
    bed.faults.set("vpc.net", ["preview refused"]);
    expect((await run(command, { yes: false })).error).toMatchObject({ code: "E_CONFIRMATION" });
    expect(bed.cloud.deleted).toEqual([]);
  });

  test("nothing is run whose plan has failed", async () => {
    removeFile(bed, "shop/data.yaml");
    removeFile(bed, "shop/app.yaml");
    bed.faults.set("vpc.net", ["preview refused"]);
    const { exit } = await run("up", { yes: false });
    expect(bed.cloud.created).toEqual([]);
    expect(exit).toBe(4);
  });
});

test("a stack whose plan has failed is not run, nor are those that refer to it; others are", async () => {
  bed.write("shop/other.yaml", vpc("other"));
  bed.faults.set("vpc.net", ["preview refused"]);
  const { exit, results } = await run("up");
  expect(results).toEqual({ ...every("skipped"), "vpc.net": "failed", "vpc.other": "succeeded" });
  expect(exit).toBe(4);
  expect(namesOf(bed.cloud.created)).toEqual(["other"]);
});

describe("protected data", () => {
  beforeEach(async () => {
    bed.isProtected.add("data");
    bed.replaceOn = ["engine", "region"];
    await applied();
  });

  test("is refused before anything runs, and goes with --allow-data-loss", async () => {
    bed.write("shop/net.yaml", vpc("net", "description: other"));
    bed.write("shop/data.yaml", cluster("data", "net").replace("engine: pg", "engine: mysql").replace('"16"', '"8"'));
    const { error } = await run("up");
    expect(error).toMatchObject({ code: "E_PROTECTED", message: expect.stringContaining("db/data") });
    expect(bed.engineRuns().filter((one) => one.startsWith("up"))).toEqual([]);
    expect(await run("up", { allowDataLoss: true })).toMatchObject({ error: undefined });
    expect(namesOf(bed.cloud.created)).toEqual(["data"]);
  });

  test("is not destroyed, and neither is anything else, without --allow-data-loss", async () => {
    expect((await run("destroy")).error).toMatchObject({ code: "E_PROTECTED" });
    expect(bed.cloud.deleted).toEqual([]);
    expect(await run("destroy", { allowDataLoss: true })).toMatchObject({ exit: 0, results: every("succeeded") });
    expect(namesOf(bed.cloud.deleted)).toEqual(["app", "data", "net"]);
  });

  test("keeps orphans from being pruned, and everything else from being run", async () => {
    removeFile(bed, "shop/data.yaml");
    removeFile(bed, "shop/app.yaml");
    bed.write("shop/more.yaml", vpc("more"));
    expect((await run("up", { prune: true })).error).toMatchObject({ code: "E_PROTECTED" });
    expect(bed.cloud.created).toEqual([]);
    expect(bed.cloud.deleted).toEqual([]);
    expect(await run("up", { prune: true, allowDataLoss: true })).toMatchObject({ exit: 0 });
    expect(namesOf(bed.cloud.deleted)).toEqual(["app", "data"]);
  });
});

describe("destroy of a selection", () => {
  test("is refused while a stack outside refers to it, until that is destroyed", async () => {
    await applied();
    expect((await run("destroy", { only: ["net"] })).error).toMatchObject({ code: "E_WORKSPACE" });
    expect(bed.engineRuns()).toEqual([]);
    expect(await run("destroy", { only: ["app", "data"] })).toMatchObject({ exit: 0 });
    expect(await run("destroy", { only: ["net"] })).toMatchObject({ exit: 0, results: { "vpc.net": "succeeded" } });
    expect([...bed.cloud.resources]).toEqual([]);
  });

  test("is refused while an orphan refers to it", async () => {
    await applied();
    removeFile(bed, "shop/app.yaml");
    expect((await run("destroy")).error).toMatchObject({ code: "E_WORKSPACE" });
    expect(bed.cloud.deleted).toEqual([]);
    expect(await run("up", { prune: true })).toMatchObject({ exit: 0 });
    expect(await run("destroy")).toMatchObject({ exit: 0 });
    expect([...bed.cloud.resources]).toEqual([]);
  });
});

describe.each([
  ["files", true],
  ["another backend", false],
])("orphans in %s", (_, isFileBackend) => {
  beforeEach(async () => {
    bed.close();
    open({ isFileBackend });
    await applied();
    removeFile(bed, "shop/data.yaml");
    removeFile(bed, "shop/app.yaml");
  });

  test("are reported, and stay", async () => {
    const { exit, results } = await run("up");
    expect(exit).toBe(0);
    expect(results).toEqual({ "vpc.net": "unchanged", "db.data": "orphaned", "dbuser.app": "orphaned" });
    expect(bed.cloud.deleted).toEqual([]);
  });

  test("are destroyed with --prune, dependents first, and are none any more", async () => {
    const { exit, results } = await run("up", { prune: true });
    expect(exit).toBe(0);
    expect(results).toEqual({ "vpc.net": "unchanged", "db.data": "succeeded", "dbuser.app": "succeeded" });
    expect(namesOf(bed.cloud.deleted)).toEqual(["app", "data"]);
    expect((await run("preview")).results).toEqual({ "vpc.net": "unchanged" });
  });

  test("of which one cannot be destroyed leave what it uses, and the command has failed", async () => {
    bed.pulumi.scripts.push(({ writeStderr }) => {
      writeStderr("error: the vendor refuses it\n");
      return 255;
    });
    const { exit, results } = await run("up", { prune: true });
    expect(exit).toBe(4);
    expect(results).toMatchObject({ "dbuser.app": "failed", "db.data": "skipped" });
    expect(bed.cloud.deleted).toEqual([]);
  });

  test("are new stacks when their manifests are back after that", async () => {
    await run("up", { prune: true });
    bed.write("shop/data.yaml", cluster("data", "net"));
    expect(await run("up")).toMatchObject({ exit: 0, results: { "vpc.net": "unchanged", "db.data": "succeeded" } });
  });
});

describe("orphans", () => {
  test("are found and destroyed by a fresh checkout, where the state is in files", async () => {
    bed.close();
    open({ isFileBackend: true });
    await applied();
    for (const name of readdirSync(join(bed.folder, "shop"))) {
      if (/^Pulumi\.|^\.planton$|^data|^app/.test(name)) removeFile(bed, `shop/${name}`);
    }
    const { exit, results } = await run("up", { prune: true });
    expect(exit).toBe(0);
    expect(results).toEqual({ "vpc.net": "unchanged", "db.data": "succeeded", "dbuser.app": "succeeded" });
    expect(namesOf(bed.cloud.deleted)).toEqual(["app", "data"]);
  });

  test("are those of the environment alone", async () => {
    bed.write("shop/planton.yaml", "name: shop\nenvironments: {stg: {}, prd: {}}\n");
    await applied({ env: "stg" });
    await applied({ env: "prd" });
    removeFile(bed, "shop/app.yaml");
    const { results } = await run("up", { env: "stg", prune: true });
    expect(results).toMatchObject({ "stg.dbuser.app": "succeeded" });
    expect(bed.cloud.deleted).toHaveLength(1);
    expect(bed.cloud.deleted[0]).toContain("stg.dbuser.app");
  });

  test("are not counted for a selection", async () => {
    await applied();
    removeFile(bed, "shop/app.yaml");
    expect((await run("up", { only: ["net"], prune: true })).results).toEqual({ "vpc.net": "unchanged" });
    expect(bed.cloud.deleted).toEqual([]);
  });

  test("are none of those whose file was moved", async () => {
    await applied();
    mkdirSync(join(bed.folder, "shop/below"));
    renameSync(join(bed.folder, "shop/app.yaml"), join(bed.folder, "shop/below/app.yaml"));
    const { results } = await run("up", { prune: true });
    expect(results).toEqual(every("unchanged"));
    expect(bed.cloud.deleted).toEqual([]);
  });
});

test("warnings of plugins are shown with their stacks, once, masked; what of them a plan gives comes with the run", async () => {
  bed.env["DIGITALOCEAN_TOKEN"] = "first-token";
  bed.during = ({ place, event }) => {
    const message = "<{%reset%}>waits for first-token: still in use<{%reset%}>\nmore of it\n";
    if (place.stack === "vpc.net") event({ diagnosticEvent: { severity: "warning", message } });
  };
  shown.splice(0);
  expect(await run("up")).toMatchObject({ exit: 0 });
  const warnings = shown
    .join("")
    .split("\n")
    .filter((line) => line.includes("warning:"));
  expect(warnings).toEqual(["vpc/net: warning: waits for [secret]: still in use"]);
});

test("two environments that would own one thing at the vendor are refused, also when one alone is asked for", async () => {
  const settings = "name: shop\nenvironments: {stg: {}, prd: {}}\n";
  bed.write("shop/planton.yaml", `${settings}resource_names: "{name}"\n`);
  await expect(run("up", { env: "stg" })).rejects.toMatchObject({
    code: "E_WORKSPACE",
    problems: [{ message: expect.stringContaining(`in "prd"`) }, { message: expect.stringContaining(`in "prd"`) }],
  });
  bed.write("shop/planton.yaml", `${settings}resource_names: "{name}-{env}"\n`);
  expect(await run("up", { env: "stg" })).toMatchObject({ exit: 0 });
});

test("documents of other tools are passed over, and counted", async () => {
  bed.write("shop/app.yml", "apiVersion: v1\nkind: Service\n---\napiVersion: apps/v1\nkind: Deployment\n");
  expect(await run("preview")).toMatchObject({ exit: 0 });
  expect(bed.log.join("")).toContain("2 documents of other tools passed over");
});

describe("up --plan", () => {
  test("runs the plan of a preview's report, and refuses another one", async () => {
    await run("preview");
    const text = readFileSync(join(bed.folder, "report.json"), "utf8");
    bed.write("plan.json", text);
    bed.write("shop/other.yaml", vpc("other"));
    expect((await run("up", { plan: "plan.json" })).error).toMatchObject({ code: "E_PLAN_CHANGED" });
    expect(bed.cloud.created).toEqual([]);
    removeFile(bed, "shop/other.yaml");
    expect(await run("up", { plan: "plan.json" })).toMatchObject({ exit: 0, results: every("succeeded") });
    expect((await run("up", { plan: "plan.json" })).error).toMatchObject({ code: "E_PLAN_CHANGED" });
  });
});
