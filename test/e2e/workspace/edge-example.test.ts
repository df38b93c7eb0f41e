import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { shownAtCloudflare } from "../../support/cloudflare-bed.js";
import { openBed, type PlantonBed, root } from "../../support/planton-bed.js";
import { expectOk } from "../../support/stack-bed.js";
import { type WorkspaceBed, workspaceBed } from "../../support/workspace-bed.js";

let bed: PlantonBed;
let edge: WorkspaceBed;
beforeAll(async () => {
  bed = await openBed();
  cpSync(join(root, "examples", "cloudflare-edge"), join(bed.folder, "edge"), { recursive: true });
  edge = workspaceBed(bed, "edge");
});
afterAll(() => bed.close());

interface Listed {
  readonly id: string;
  readonly name: string;
}
interface Project extends Listed {
  readonly deployment_configs: {
    readonly production: { readonly services?: { readonly API?: { readonly service: string } } };
  };
}

const listed = <Item extends Listed>(path: string) => shownAtCloudflare<readonly Item[]>(bed, path);

const namesOfWorkers = async (): Promise<readonly string[]> => (await listed("/workers/scripts")).map(({ id }) => id);

/** Watches what the projects are bound to, until it is stopped; gives what they were bound to, and what is wrong. */
function watchBindings(): {
  readonly stop: () => Promise<{ readonly seen: Set<string>; readonly faults: Set<string> }>;
} {
  const seen = new Set<string>();
  const faults = new Set<string>();
  let isStopped = false;
  const watching = (async () => {
    while (!isStopped) {
      const before = await namesOfWorkers();
      const projects = await listed<Project>("/pages/projects");
      const workers = [...before, ...(await namesOfWorkers())];
      for (const { name, deployment_configs: configs } of projects) {
        const service = configs.production.services?.API?.service;
        seen.add(`${name}: ${service}`);
        if (service === undefined || !workers.includes(service)) faults.add(`${name}: ${service}`);
      }
    }
  })();
  return {
    async stop() {
      isStopped = true;
      await watching;
      return { seen, faults };
    },
  };
}

test("the edge from nothing, unchanged, its Worker renamed with no project bound to nothing, and gone", {
  timeout: 300_000,
}, async () => {
  const first = await edge.run(["up", "--yes"]);
  expectOk(first);
  expect(new Set(Object.values(first.results))).toEqual(new Set(["succeeded"]));
  const second = await edge.run(["up", "--yes"]);
  expectOk(second);
  expect(second.result).toBe("unchanged");

  const watch = watchBindings();
  const api = readFileSync(join(edge.folder, "api.yaml"), "utf8");
  edge.write("api.yaml", api.replace("  script_file:", "  worker_name: api-v2\n  script_file:"));
  const renamed = await edge.run(["up", "--yes"]);
  const { seen, faults } = await watch.stop();
  expectOk(renamed);
  expect([...faults]).toEqual([]);
  expect([...seen].sort()).toEqual(["admin: api", "admin: api-v2", "web: api", "web: api-v2"]);
  expect(await namesOfWorkers()).toEqual(["api-v2"]);
  const third = await edge.run(["up", "--yes"]);
  expectOk(third);
  expect(third.result).toBe("unchanged");

  expectOk(await edge.run(["destroy", "--yes", "--allow-data-loss"]));
  const lists = ["/zones", "/pages/projects", "/workers/scripts", "/access/apps", "/access/policies"];
  for (const path of lists) expect(await listed(path), path).toEqual([]);
});
