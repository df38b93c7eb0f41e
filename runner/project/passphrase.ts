import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Environment, plantonHome } from "../planton-home.js";

/**
 * Variables by which Pulumi finds the passphrase: none when the user's own are set, else the file that planton keeps,
 * if it is there.
 */
export function passphraseVariables(env: Environment): Record<string, string> {
  const isSet = env["PULUMI_CONFIG_PASSPHRASE"] !== undefined || env["PULUMI_CONFIG_PASSPHRASE_FILE"] !== undefined;
  const path = passphrasePath(env);
  return isSet || !existsSync(path) ? {} : { PULUMI_CONFIG_PASSPHRASE_FILE: path };
}

/**
 * Makes the passphrase file (0600) for new stacks on a `file://` backend, unless one is there or the user has set one.
 * Never overwrites: a lost passphrase is a lost stack.
 */
export function ensurePassphrase(env: Environment, backendUrl: string): void {
  const isSet = env["PULUMI_CONFIG_PASSPHRASE"] !== undefined || env["PULUMI_CONFIG_PASSPHRASE_FILE"] !== undefined;
  if (isSet || !backendUrl.startsWith("file://")) return;
  const path = passphrasePath(env);
  if (existsSync(path)) return;
  mkdirSync(plantonHome(env), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    // Another run made it in between: its passphrase is as good as ours.
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

function passphrasePath(env: Environment): string {
  return join(plantonHome(env), "passphrase");
}
