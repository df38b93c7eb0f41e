import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join, relative, sep } from "node:path";
import { PlantonError } from "../../contract/planton-error.js";
import { redact } from "../../contract/text/redact.js";
import { urlSecrets } from "../../contract/text/url-secrets.js";
import { isLoopbackUrl, isSecureUrl } from "../../http/secure-url.js";
import { type Environment, pulumiHome } from "../system/planton-home.js";

/** Where state is kept, and who said so. */
export interface Backend {
  readonly url: string;
  readonly source: "environment" | "workspace-environment" | "project" | "workspace" | "login" | "default";
  /** What a new Pulumi.yaml names; undefined where each user's own environment or login decides. */
  readonly ofNewProject: string | undefined;
}

/** What {@link chooseBackend} decides from. */
interface ChooseBackendInput {
  readonly env: Environment;
  /** What Pulumi.yaml says of it. */
  readonly project: { readonly backendUrl?: string } | undefined;
  /** What planton.yaml says of it. */
  readonly workspace: WorkspaceBackend;
}

/** Backends that planton.yaml names for a project folder; a relative `file://` path as seen from that folder. */
export interface WorkspaceBackend {
  readonly ofWorkspace: string | undefined;
  /** Of the manifest's environment alone. */
  readonly ofEnvironment: string | undefined;
}

/**
 * The backend: the variable, that of the manifest's environment, the project's own, the workspace's, an existing login,
 * else the user's home.
 */
export function chooseBackend({ env, project, workspace }: ChooseBackendInput): Backend {
  const ofNewProject = undefined;
  const fromEnvironment = env["PULUMI_BACKEND_URL"];
  if (fromEnvironment) return { url: fromEnvironment, source: "environment", ofNewProject };
  const { ofEnvironment, ofWorkspace } = workspace;
  // The project serves the other environments too.
  if (ofEnvironment !== undefined)
    return { url: ofEnvironment, source: "workspace-environment", ofNewProject: ofWorkspace };
  if (project?.backendUrl !== undefined) return { url: project.backendUrl, source: "project", ofNewProject };
  if (project === undefined && ofWorkspace !== undefined)
    return { url: ofWorkspace, source: "workspace", ofNewProject: ofWorkspace };
  const login = currentLogin(env);
  if (login !== undefined) return { url: login, source: "login", ofNewProject };
  return { url: "file://~", source: "default", ofNewProject: "file://~" };
}

/** A backend's URL for people: a user name and password in it are left out, and secrets of its query masked. */
export function backendText(url: string): string {
  return redact(url.replace(/^([a-z0-9+.-]+:\/\/)[^/?#]*@/i, "$1"), urlSecrets(url));
}

/** The folder of a `file://` backend, absolute; undefined for every other backend. */
export function fileBackendFolder(url: string, cwd: string): string | undefined {
  if (!url.startsWith("file://")) return undefined;
  const path = url.slice("file://".length).replace(/\?.*$/, "");
  if (path === "~" || path.startsWith("~/")) return join(userInfo().homedir, path.slice(1));
  return path.startsWith("/") ? path : join(cwd, path);
}

/**
 * A backend's URL as it has to be written in `dir` to mean what it means in `declaredIn`: a relative `file://` path starts
 * from the folder of the file that names it. Both absolute. With a query, `~` or an absolute path the URL stays as it is
 * there.
 */
export function movedBackend(url: string, declaredIn: string, dir: string): string {
  if (!isRelativeFileBackend(url)) return url;
  const [, path = "", query = ""] = /^file:\/\/([^?]*)(.*)$/s.exec(url) ?? [];
  const moved = relative(dir, join(declaredIn, path)).split(sep).join("/");
  return `file://${moved.startsWith("../") || moved === ".." ? moved : `./${moved}`}${query}`;
}

/** True for a `file://` backend whose path starts from a folder of the user's, neither absolute nor in the home. */
export function isRelativeFileBackend(url: string): boolean {
  return /^file:\/\/(?!\/|~(?:\/|\?|$))/.test(url);
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

/** Backends that keep state in files, an object store, a database, or behind TLS. */
const schemes: ReadonlySet<string> = new Set(["file", "https", "s3", "gs", "azblob", "postgres", "postgresql"]);

/** Parameters of object stores that switch TLS off. */
const withoutTls = ["disableSSL", "disable_https"];

/**
 * Throws E_PROJECT_INVALID for a backend that a file may not name: an unknown scheme, or one that sends state and the
 * login's token over a network without TLS. `file` is the file that names it.
 */
export function assertFileBackend(url: string, file: string): void {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase() ?? "";
  if (isLoopbackUrl(url) || (schemes.has(scheme) && !isPlainStore(url))) return;
  throw new PlantonError({
    code: "E_PROJECT_INVALID",
    message: `"${file}" names the backend "${backendText(url)}", expected file://, https://, s3://, gs://, azblob:// or postgres://, each with TLS`,
    hint: "correct the file; a backend that you trust as it is can be set by PULUMI_BACKEND_URL",
  });
}

/** True for an object store that is reached by http and is not on this machine. */
function isPlainStore(url: string): boolean {
  const query = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1] ?? "");
  const endpoint = query.get("endpoint") ?? "";
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`;
  if (endpoint !== "" && isLoopbackUrl(address)) return false;
  return (endpoint !== "" && !isSecureUrl(address)) || withoutTls.some((name) => query.get(name) === "true");
}
