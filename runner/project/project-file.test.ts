import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isPlantonError } from "../../contract/planton-error.js";
import { ensureProject } from "./project-file.js";
import { projectTrust } from "./project-trust.js";
import { bareWorkspace } from "./workspace/workspace.js";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "planton-project-"));
  writeFileSync(join(dir, "Pulumi.yaml"), "name: database\nruntime: planton\n");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function hintFor(name: string): string | undefined {
  try {
    ensureProject({
      dir,
      workspace: { ...bareWorkspace(dir), name, isNamed: true },
      backendUrl: undefined,
      trust: projectTrust({}),
    });
    return undefined;
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    expect(error.code).toBe("E_PROJECT_NAME");
    return error.hint;
  }
}

test("another name in planton.yaml is refused, and the way on keeps what has stacks", () => {
  expect(hintFor("shop")).toContain("make the names");
  writeFileSync(join(dir, "Pulumi.dev.yaml"), "config:\n  planton:target: DigitalOceanVpc/net\n");
  expect(hintFor("shop")).toContain('made under "database": leave Pulumi.yaml as it is');
  expect(hintFor("database")).toBeUndefined();
  expect(readdirSync(dir).sort()).toEqual(["Pulumi.dev.yaml", "Pulumi.yaml"]);
});
