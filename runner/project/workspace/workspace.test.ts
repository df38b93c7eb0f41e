import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fileBackendFolder } from "../backend.js";
import { projectTrust } from "../project-trust.js";
import { findWorkspace, workspaceBackend } from "./workspace.js";

const base = mkdtempSync(join(tmpdir(), "planton-workspace-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe("a relative backend in planton.yaml", () => {
  test.each([
    ["file://./state", "a", "file://../state", "state"],
    ["file://./state", "", "file://./state", "state"],
    ["file://state", "a/b", "file://../../state", "state"],
    ["file://state/of all", "a", "file://../state/of all", "state/of all"],
    ["file://../state", "a", "file://../../state", "../state"],
    ["file://.", "a", "file://..", ""],
    ["file://.", "", "file://./", ""],
    ["file://./a/b", "a", "file://./b", "a/b"],
    ["file://./state?metadata=skip", "a", "file://../state?metadata=skip", "state"],
    ["file://~state", "a", "file://../~state", "~state"],
  ])("%s is the same folder for the project %j: %s", (backend, project, moved, state) => {
    const dir = join(base, project);
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(base, "planton.yaml"), `backend: ${JSON.stringify(backend)}\n`);
    const found = workspaceBackend(findWorkspace(dir, projectTrust({})), undefined, dir).ofWorkspace ?? "";
    expect(found).toBe(moved);
    expect(join(fileBackendFolder(found, dir) ?? "", ".")).toBe(join(base, state, "."));
  });
});
