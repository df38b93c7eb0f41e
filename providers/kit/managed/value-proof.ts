import { scryptSync, timingSafeEqual } from "node:crypto";

/** Length of the random salt of {@link proofOfValue}, in bytes. */
export const proofSaltBytes = 16;
const keyBytes = 32;

const keyOf = (value: string, salt: Uint8Array): Buffer => scryptSync(value, salt, keyBytes);

/** A string that proves whether a value is this one, and reveals nothing else of it: "<salt>:<scrypt>" in base64. */
export function proofOfValue(value: string, salt: Uint8Array): string {
  return [Buffer.from(salt), keyOf(value, salt)].map((bytes) => bytes.toString("base64")).join(":");
}

/** Whether a proof is of that value; a string that is no proof is of none. */
export function provesValue(proof: string, value: string): boolean {
  const [salt, key] = proof.split(":").map((part) => Buffer.from(part, "base64"));
  if (salt === undefined || key === undefined || key.length !== keyBytes) return false;
  return timingSafeEqual(key, keyOf(value, salt));
}
