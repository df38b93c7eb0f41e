import { randomBytes, scryptSync } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileWhole } from "../../../contract/write-file-whole.js";
import { type Environment, plantonHome } from "../../system/planton-home.js";
import { passphraseVariables } from "../passphrase.js";

const keyBytes = 32;

/**
 * The key by which a workspace's hashes of secrets are made: the same for everybody who has the passphrase of its stacks,
 * so that a hash is of no use to others. Without a passphrase it is a random one of this machine. Throws E_FILESYSTEM.
 */
export function workspaceKey(env: Environment, workspace: string): Buffer {
  const passphrase = passphraseOf({ ...env, ...passphraseVariables(env) });
  return passphrase === undefined ? machineKey(env) : scryptSync(passphrase, `planton:${workspace}`, keyBytes);
}

function passphraseOf(env: Environment): string | undefined {
  const word = env["PULUMI_CONFIG_PASSPHRASE"];
  if (word) return word;
  const file = env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  const text = file ? readText(file).trim() : "";
  return text === "" ? undefined : text;
}

/** Another machine decides anew that something has to be run, which changes nothing. */
function machineKey(env: Environment): Buffer {
  const path = join(plantonHome(env), "workspace-key");
  const kept = Buffer.from(readText(path).trim(), "base64url");
  if (kept.length === keyBytes) return kept;
  const key = randomBytes(keyBytes);
  mkdirSync(plantonHome(env), { recursive: true, mode: 0o700 });
  writeFileWhole(path, `${key.toString("base64url")}\n`, { mode: 0o600 });
  return key;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // A passphrase file that is not there is for pulumi to say; a key is made anew.
    return "";
  }
}
