import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Problem } from "../../../contract/planton-error.js";
import { projectTrust } from "../../project/project-trust.js";
import { widgetCatalog } from "../../testdata/widget-catalog.js";
import type { Unit } from "../unit.js";
import { type LoadWorkspaceInput, loadWorkspace, type WorkspaceReading } from "./load-workspace.js";

/** Texts by path. */
export type Files = Readonly<Record<string, string>>;

let catalog: LoadWorkspaceInput["catalog"] | undefined;

/** Runs something in a new folder with files, which is removed afterwards. */
export function inFolder<Result>(files: Files, run: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "planton-workspace-"));
  try {
    // The walk upward ends here.
    mkdirSync(join(folder, ".git"));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is loaded of a folder with these files; by default all of it. */
export function load(files: Files, options: Partial<LoadWorkspaceInput> = {}): WorkspaceReading {
  return inFolder(files, (folder) => loadIn(folder, options));
}

/** {@link load} for a folder that is there. */
export function loadIn(cwd: string, options: Partial<LoadWorkspaceInput> = {}): WorkspaceReading {
  catalog ??= widgetCatalog();
  const trust = projectTrust({ HOME: cwd });
  const defaults = { paths: ["."], stdin: undefined, env: undefined, needsEnvironment: false };
  return loadWorkspace({ catalog, cwd, trust, ...defaults, ...options });
}

/** A widget alone, with lines of its spec. */
export function widget(name: string, ...spec: readonly string[]): string {
  const lines = spec.map((line) => `  ${line}\n`).join("");
  return `apiVersion: test.planton.dev/v1\nkind: TestWidget\nmetadata: {name: ${name}}\nspec:\n${lines || "  width: 1\n"}`;
}

/** `file:line:column CODE path`, without what is not there. */
export function short({ file, position, code, path }: Problem): string {
  const place = [file, ...(position === undefined ? [] : [position.line, position.column])].join(":");
  return [place, code, ...(path === undefined ? [] : [path])].join(" ");
}

/** The manifest of a unit, by the names of generated code. */
export function targetOf(unit: Unit | undefined): {
  readonly metadata: { readonly env?: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
} {
  return (unit?.reading.message as unknown as { readonly target: ReturnType<typeof targetOf> }).target;
}
