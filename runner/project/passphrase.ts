import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { PlantonError } from "../../contract/planton-error.js";
import { writeFileWhole } from "../../contract/write-file-whole.js";
import { type Environment, plantonHome } from "../system/planton-home.js";

const passphraseBytes = 32;

/** Characters of 32 bytes in base64url. */
const passphraseChars = Math.ceil((passphraseBytes * 4) / 3);

/**
 * Variables by which Pulumi finds the passphrase: none when the user's own are set, else the file that planton keeps,
 * if it is there. Throws E_FILESYSTEM for a file that is no passphrase: secrets would be encrypted by nothing, or not
 * be read.
 */
export function passphraseVariables(env: Environment): Record<string, string> {
  if (isSetByUser(env)) return {};
  const path = passphrasePath(env);
  return hasPassphrase(path) ? { PULUMI_CONFIG_PASSPHRASE_FILE: path } : {};
}

/**
 * Makes the passphrase file (0600) for new stacks on a `file://` backend, unless one is there or the user has set one.
 * Never overwrites: a lost passphrase is a lost stack. Throws E_FILESYSTEM for a file that is no passphrase.
 */
export function ensurePassphrase(env: Environment, backendUrl: string): void {
  if (isSetByUser(env) || !backendUrl.startsWith("file://")) return;
  const path = passphrasePath(env);
  if (hasPassphrase(path)) return;
  mkdirSync(plantonHome(env), { recursive: true, mode: 0o700 });
  try {
    writeFileWhole(path, `${randomBytes(passphraseBytes).toString("base64url")}\n`, { mode: 0o600, ifAbsent: true });
  } catch (error) {
    // Another run made it in between: its passphrase is as good as ours.
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    hasPassphrase(path);
  }
}

/** False when there is no file. Throws E_FILESYSTEM for one that is shorter than what planton writes. */
function hasPassphrase(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  // Pulumi takes white space off both ends.
  if (stat.isFile() && readFileSync(path, "utf8").trim().length >= passphraseChars) return true;
  throw new PlantonError({
    code: "E_FILESYSTEM",
    message: `the passphrase file "${path}" is cut short or is no file, expected ${passphraseChars} characters`,
    hint: "put your copy of it back; only if no stack was ever made with it, delete it, and a new one is made",
  });
}

/** True when a variable of the user's decides. Throws E_FILESYSTEM for a passphrase file of the user's without content. */
function isSetByUser(env: Environment): boolean {
  if (env["PULUMI_CONFIG_PASSPHRASE"] !== undefined) return true;
  const file = env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  // Pulumi takes a relative path from the project folder, and says itself when there is no such file.
  if (file !== undefined && isAbsolute(file)) assertHasContent(file);
  return file !== undefined;
}

function assertHasContent(file: string): void {
  const stat = statSync(file, { throwIfNoEntry: false });
  // What is no regular file may be readable once only, and that by pulumi.
  const isBlank = stat === undefined || (stat.isFile() && readFileSync(file, "utf8").trim() === "");
  if (!isBlank) return;
  throw new PlantonError({
    code: "E_FILESYSTEM",
    message: `PULUMI_CONFIG_PASSPHRASE_FILE names "${file}", which ${stat === undefined ? "is not there" : "is empty"}`,
    hint: "put the file back, or unset the variable; an empty passphrase is set by PULUMI_CONFIG_PASSPHRASE alone",
  });
}

function passphrasePath(env: Environment): string {
  return join(plantonHome(env), "passphrase");
}
