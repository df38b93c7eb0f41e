import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "../project/project-file.js";
import { type Environment, pulumiHome } from "../system/planton-home.js";
import type { PulumiCli } from "./spawn-pulumi.js";

/**
 * The stack that plain pulumi uses in a project folder, or undefined when none is selected or the file has another form.
 * Pulumi 3.256 and newer keep one selection per backend; see pkg/workspace/workspace.go.
 */
function selectedStack(env: Environment, project: Project, backendUrl: string): string | undefined {
  const hash = createHash("sha1").update(join(project.dir, "Pulumi.yaml")).digest("hex");
  try {
    const path = join(pulumiHome(env), "workspaces", `${project.name}-${hash}-workspace.json`);
    const settings: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof settings !== "object" || settings === null || !("stacks" in settings)) return undefined;
    const stacks = settings.stacks;
    if (typeof stacks !== "object" || stacks === null) return undefined;
    const name: unknown = (stacks as Record<string, unknown>)[backendUrl];
    return typeof name === "string" ? name.split("/").at(-1) : undefined;
  } catch {
    // Nothing selected yet, or a newer form: the caller then selects by pulumi itself.
    return undefined;
  }
}

interface SelectableStack {
  readonly env: Environment;
  readonly project: Project;
  readonly backendUrl: string;
  readonly stack: string;
  readonly pulumi: PulumiCli;
}

/**
 * Makes the stack the one that plain pulumi uses in the project folder. Gives true when the selection changed; starts
 * pulumi only then.
 */
export async function selectStack({ env, project, backendUrl, stack, pulumi }: SelectableStack): Promise<boolean> {
  if (selectedStack(env, project, backendUrl) === stack) return false;
  const end = await pulumi.capture(["stack", "select", "--stack", stack]);
  return end.code === 0;
}
