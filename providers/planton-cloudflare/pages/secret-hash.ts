import { createHmac } from "node:crypto";
import { isMap, type PropertyValue } from "../../kit/schema/property-value.js";

const hashForm = /^hmac-sha256:[0-9a-f]{64}$/;

/** What the state has of a secret that was not set by this stack. */
export const unknownSecret = "unknown";

/** A keyed hash of a secret, which shows whether it has changed and nothing else of it. */
export function secretHash(key: string, name: string, value: string): string {
  return `hmac-sha256:${createHmac("sha256", key).update(`${name}\0${value}`).digest("hex")}`;
}

/** Whether what is known of a secret, its hash or itself, is that value. */
export function isSameSecret(
  known: PropertyValue | undefined,
  {
    key,
    name,
    value,
  }: { readonly key: PropertyValue | undefined; readonly name: string; readonly value: PropertyValue },
): boolean {
  if (typeof value !== "string") return false;
  return known === value || (typeof key === "string" && known === secretHash(key, name, value));
}

/** Whether the secrets of a state are these; unknown ones are not. */
export function isSameSecrets(old: PropertyValue, next: PropertyValue, key: PropertyValue | undefined): boolean {
  if (!isMap(old) || !isMap(next) || Object.keys(old).length !== Object.keys(next).length) return false;
  return Object.entries(next).every(([name, value]) => isSameSecret(old[name], { key, name, value }));
}

/** What the state has of secrets that the vendor has: hashes of those that were set, as soon as their key is known. */
export function knownSecrets(
  names: readonly string[],
  known: PropertyValue | undefined,
  key: PropertyValue | undefined,
): Readonly<Record<string, string>> {
  const values = isMap(known) ? known : {};
  const entries = names.map((name) => {
    const value = values[name];
    if (typeof value !== "string") return [name, unknownSecret];
    const isPlain = typeof key === "string" && value !== unknownSecret && !hashForm.test(value);
    return [name, isPlain ? secretHash(key, name, value) : value];
  });
  return Object.fromEntries(entries);
}
