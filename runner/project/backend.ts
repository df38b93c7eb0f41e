import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { type Environment, pulumiHome } from "../planton-home.js";
import type { Project } from "./project-file.js";
import type { Workspace } from "./workspace.js";

/** Where state is kept, and who said so. */
export interface Backend {
  readonly url: string;
  readonly source: "environment" | "project" | "workspace" | "login" | "default";
}

/** What {@link chooseBackend} decides from. */
export interface ChooseBackendInput {
  readonly env: Environment;
  readonly project: Project | undefined;
  readonly workspace: Workspace | undefined;
}

/** The backend: the variable, the project's own, the workspace's, an existing login, else the user's home. */
export function chooseBackend({ env, project, workspace }: ChooseBackendInput): Backend {
  const fromEnvironment = env["PULUMI_BACKEND_URL"];
  if (fromEnvironment) return { url: fromEnvironment, source: "environment" };
  if (project?.backendUrl !== undefined) return { url: project.backendUrl, source: "project" };
  if (project === undefined && workspace?.backend !== undefined) return { url: workspace.backend, source: "workspace" };
  const login = currentLogin(env);
  if (login !== undefined) return { url: login, source: "login" };
  return { url: "file://~", source: "default" };
}

/** A backend's URL for people: a user name and password in it are left out. */
export function backendText(url: string): string {
  return url.replace(/^([a-z0-9+.-]+:\/\/)[^/?#]*@/i, "$1");
}

/** The folder of a `file://` backend, absolute; undefined for every other backend. */
export function fileBackendFolder(url: string, cwd: string): string | undefined {
  if (!url.startsWith("file://")) return undefined;
  const path = url.slice("file://".length).replace(/\?.*$/, "");
  if (path === "~" || path.startsWith("~/")) return join(userInfo().homedir, path.slice(1));
  return path.startsWith("/") ? path : join(cwd, path);
}

function currentLogin(env: Environment): string | undefined {
  try {
    const credentials: unknown = JSON.parse(readFileSync(join(pulumiHome(env), "credentials.json"), "utf8"));
    if (typeof credentials !== "object" || credentials === null || !("current" in credentials)) return undefined;
    return typeof credentials.current === "string" && credentials.current !== "" ? credentials.current : undefined;
  } catch {
    // Without a readable login file Pulumi itself takes the user as not logged in.
    return undefined;
  }
}
