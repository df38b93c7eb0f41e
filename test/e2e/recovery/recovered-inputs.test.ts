import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addFault, setPace } from "../../../sandbox/kit/client/sandbox-client.js";
import { killProcess, processesOf } from "../../support/bed-processes.js";
import { openBed, type PlantonBed, until } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

const stackInput = (name: string, engine: string, more = ""): string => `target:
  spec:
    cluster_name: ${name}
    ${engine}
    region: nyc3
    size_slug: db-s-1vcpu-1gb
    node_count: 1
${more}`;
const postgres = 'engine: pg\n    engine_version: "16"';
const restored = "    restore_from_backup:\n      cluster_name: source\n";

/** Begins an up and kills the engine while the vendor makes the cluster. */
async function killedUp(name: string, cwd: string): Promise<void> {
  const running = bed.start(["pulumi", "up", "--yes"], { cwd });
  await until("the engine makes it", () => running.soFar().includes(`DatabaseCluster ${name} creating`), 60_000);
  await until("the vendor has it", async () => JSON.stringify(await bed.get("/v2/databases")).includes(`"${name}"`));
  killProcess(bed.home, "/pulumi up", "SIGKILL");
  await running.ended;
  await until("host and plugin are gone", () => processesOf(bed.home, "pulumi").length === 0, 10_000);
}

async function upWithCutResponse(_name: string, cwd: string): Promise<void> {
  await addFault(bed.home, { method: "POST", path: "/v2/databases", truncateResponse: true });
  expect((await bed.planton(["pulumi", "up", "--yes"], { cwd })).code).not.toBe(0);
}

test("a restored cluster that recover has taken in is not to be replaced", async () => {
  await setPace(bed.home, { name: "fast", creationMs: 2000 });
  bed.write("source/stack-input.yaml", stackInput("source", postgres));
  const source = await bed.planton(["pulumi", "up", "--yes"], { cwd: join(bed.folder, "source") });
  expect(source.code, source.all).toBe(0);
  for (const [name, fail] of [
    ["killed", killedUp],
    ["unheard", upWithCutResponse],
  ] as const) {
    const cwd = join(bed.folder, name);
    bed.write(`${name}/stack-input.yaml`, stackInput(name, postgres, restored));
    await fail(name, cwd);
    const recovered = await bed.planton(["pulumi", "recover", "--yes"], { cwd });
    expect(recovered.code, recovered.all).toBe(0);
    const up = await bed.planton(["pulumi", "up", "--yes"], { cwd });
    expect(up.code, up.all).toBe(0);
    const preview = await bed.planton(["pulumi", "preview", "--", "--expect-no-changes"], { cwd });
    expect(preview.code, preview.all).toBe(0);
  }
});

test("the lost password of a recovered MongoDB is reported at once and at each run", async () => {
  const cwd = join(bed.folder, "mongo");
  bed.write("mongo/stack-input.yaml", stackInput("mongo", 'engine: mongodb\n    engine_version: "7.0"'));
  await killedUp("mongo", cwd);
  const recovered = await bed.planton(["pulumi", "recover", "--yes"], { cwd });
  expect(recovered.code, recovered.all).toBe(0);
  expect(recovered.stderr).toContain("reset_auth");
  for (let run = 0; run < 2; run += 1) {
    const up = await bed.planton(["pulumi", "up", "--yes"], { cwd });
    expect(up.code, up.all).toBe(0);
    expect(up.all).toContain("reset_auth");
  }
});
