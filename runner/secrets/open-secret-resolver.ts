import { nodeTransport } from "../../http/transport.js";
import { readSecretFile } from "./read-secret-file.js";
import { type SecretResolver, secretResolver } from "./resolve-secret.js";
import { runSecretCommand } from "./run-secret-command.js";
import type { SecretParts } from "./secret-parts.js";

/** A resolver that reads this machine's files, runs its programs and uses its network. */
export function openSecretResolver(given: Pick<SecretParts, "env" | "baseDir" | "warn">): SecretResolver {
  return secretResolver({ ...given, fetch: nodeTransport, runCommand: runSecretCommand, readFile: readSecretFile });
}
