import { userInfo } from "node:os";
import { join } from "node:path";

/** Environment of a process, as read at the edge. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment without some variables. */
export function withoutVariables(env: Environment, names: Iterable<string>): Environment {
  const withheld = new Set(names);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !withheld.has(name)));
}

/** True when everything goes to the sandbox instead of the vendors: PLANTON_SANDBOX is set. */
export function isSandbox(env: Environment): boolean {
  return Boolean(env["PLANTON_SANDBOX"]);
}

/** Folder for planton's own files: `$PLANTON_HOME`, else `~/.planton`. Absolute when the variable is. */
export function plantonHome(env: Environment): string {
  return env["PLANTON_HOME"] || join(env["HOME"] || userInfo().homedir, ".planton");
}

/** Pulumi's own home: `$PULUMI_HOME`, else `.pulumi` in the home of the passwd entry (Pulumi does not follow `$HOME`). */
export function pulumiHome(env: Environment): string {
  return env["PULUMI_HOME"] || join(userInfo().homedir, ".pulumi");
}
