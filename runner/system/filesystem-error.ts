import { PlantonError } from "../../contract/planton-error.js";
import { type Environment, plantonHome } from "./planton-home.js";

/** The system's reasons that no program can cure (errno(3)), in words. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: "no permission",
  EDQUOT: "the disk quota is used up",
  EEXIST: "a file is in the way",
  EFBIG: "the file would be larger than allowed",
  EISDIR: "it is a folder",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is a file",
  EPERM: "no permission",
  EROFS: "the file system is read-only",
};

/** Reasons that are about files whatever was called; writing to an open file gives them without a path. */
const ofFiles: ReadonlySet<string> = new Set(["EDQUOT", "EFBIG", "ENOSPC", "EROFS"]);

/**
 * E_FILESYSTEM for an error of the system about a file or folder that planton may not use; undefined for every other error,
 * whose cause its thrower has to explain.
 */
export function filesystemError(error: unknown, env: Environment): PlantonError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path }: { name: string; code?: unknown; path?: unknown } = error;
  if (typeof code !== "string") return undefined;
  const reason = reasons[code];
  if (reason === undefined) return undefined;
  if (typeof path !== "string") {
    if (!ofFiles.has(code)) return undefined;
    return new PlantonError({
      code: "E_FILESYSTEM",
      message: `cannot write a file: ${reason} (${code})`,
      cause: error,
    });
  }
  const home = plantonHome(env);
  const isHome = path === home || path.startsWith(`${home}/`);
  return new PlantonError({
    code: "E_FILESYSTEM",
    message: `cannot use "${path}": ${reason} (${code})`,
    ...(isHome
      ? { hint: `planton keeps its own files in "${home}"; set PLANTON_HOME to a folder that you may write to` }
      : {}),
    cause: error,
  });
}
