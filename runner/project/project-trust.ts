import { realpathSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { PlantonError } from "../../contract/planton-error.js";
import type { Environment } from "../system/planton-home.js";
import { shellQuote } from "../system/shell-quote.js";

/** Whose files may say where a run's state is kept and what it runs, and where the search for them ends. */
export interface ProjectTrust {
  /** Ids of the users whose files count; undefined where files have no owner (Windows). */
  readonly uids: ReadonlySet<number> | undefined;
  /** PLANTON_TRUSTED_FOLDERS: folders whose files count whoever owns them; `<folder>/*` for all below, `*` for all. */
  readonly folders: readonly string[];
  /** The user's home folder, absolute; as the environment says it and as links lead to it. */
  readonly homes: ReadonlySet<string>;
  /** PLANTON_ALLOW_PROJECT_PLUGINS: Pulumi.yaml and stack settings may hold every key of Pulumi's. */
  readonly anyKeys: boolean;
}

/** Who runs the process. */
interface ProcessUser {
  /** Undefined on Windows. */
  readonly uid: number | undefined;
}

/** The trust that an environment gives to a user; by default to the process's own. */
export function projectTrust(env: Environment, { uid }: ProcessUser = { uid: process.getuid?.() }): ProjectTrust {
  const home = env["HOME"] || userInfo().homedir;
  // sudo leaves the files of the user who called it as they are.
  const caller = uid === 0 && /^\d+$/.test(env["SUDO_UID"] ?? "") ? [Number(env["SUDO_UID"])] : [];
  return {
    uids: uid === undefined ? undefined : new Set([uid, 0, ...caller]),
    folders: (env["PLANTON_TRUSTED_FOLDERS"] ?? "").split(":").filter((folder) => folder !== ""),
    homes: new Set([home, realFolder(home)]),
    anyKeys: env["PLANTON_ALLOW_PROJECT_PLUGINS"] === "1",
  };
}

/** The trust for files of which only the name of a project or a stack is taken, and nothing is run. */
export function namesOnly(trust: ProjectTrust): ProjectTrust {
  return { ...trust, anyKeys: true };
}

/** A file that decides about a run. */
interface OwnedFile {
  /** Absolute. */
  readonly path: string;
  /** Of the file, and of a link that leads to it: whoever owns the link chooses the file. */
  readonly ownerUids: readonly number[];
}

/** Throws E_PROJECT_INVALID for a file of another user: whoever wrote it would choose where state and tokens go. */
export function assertTrusted({ path, ownerUids }: OwnedFile, trust: ProjectTrust): void {
  const folder = dirname(path);
  const { uids } = trust;
  const other = uids === undefined ? undefined : ownerUids.find((uid) => !uids.has(uid));
  if (other === undefined || isTrustedFolder(folder, trust.folders)) return;
  throw new PlantonError({
    code: "E_PROJECT_INVALID",
    message: `"${path}" belongs to another user (uid ${other}), expected a file of yours or of root`,
    hint: `if you trust what it says: export PLANTON_TRUSTED_FOLDERS=${shellQuote(folder)}`,
  });
}

function isTrustedFolder(folder: string, trusted: readonly string[]): boolean {
  return trusted.some((entry) => {
    if (entry === "*") return true;
    const above = entry.endsWith("/*") ? entry.slice(0, -1) : undefined;
    return above === undefined ? folder === withoutSlash(entry) : folder.startsWith(above);
  });
}

function withoutSlash(folder: string): string {
  return folder.length > 1 && folder.endsWith("/") ? folder.slice(0, -1) : folder;
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    // A home that is not there holds nothing to find.
    return folder;
  }
}
