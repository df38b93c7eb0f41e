import { isJsonObject, type JsonObject, listOf } from "../../http/json.js";

/** Marks an object as no plain value, a secret among them (Pulumi's sdk/go/common/resource/sig, read 2026-11). */
const signatureKey = "4dabf18193072939515e22adb298388d";

/** True when a stack's output, as its state has it, is a secret or has one inside. */
export function holdsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return listOf(value).some(holdsSecret);
  if (!isJsonObject(value)) return false;
  return Object.hasOwn(value, signatureKey) || Object.values(value).some(holdsSecret);
}

/** The outputs of a state without those that hold a secret. */
export function plainOutputs(outputs: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => !holdsSecret(value)));
}

/** A stack's output, as its state has it, with `[secret]` for each secret. */
export function maskedOutput(value: unknown): unknown {
  if (Array.isArray(value)) return listOf(value).map(maskedOutput);
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, signatureKey)) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, maskedOutput(inner)]));
}
