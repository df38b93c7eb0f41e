import { createHash } from "node:crypto";

/** The SHA-256 of strings, in hexadecimal; how they are divided counts. */
export function sha256(...texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("hex");
}
