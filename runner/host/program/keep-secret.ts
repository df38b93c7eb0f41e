import { secret } from "@pulumi/pulumi";
import sdkLog from "@pulumi/pulumi/log/index.js";
import { registerStackTransformation } from "@pulumi/pulumi/runtime/stack.js";

/** Shorter ones count only where they are all of the text: they are part of too much else. */
const shortestPartChars = 6;

/**
 * Makes every plain text that holds one of the secrets a Pulumi secret, in the inputs of every resource of the program:
 * modules read plain text fields of the spec as they are. To be called within a program, before the first resource.
 */
export function keepSecret(secrets: readonly string[]): void {
  const known = secrets.filter((text) => text !== "");
  if (known.length === 0) return;
  registerStackTransformation(({ props, opts }) => ({
    props: Object.fromEntries(Object.entries(props).map(([name, value]) => [name, withSecrets(value, known)])),
    opts,
  }));
}

/** The value with every text in it that holds one of the secrets as a Pulumi secret; outputs within stay as they are. */
export function withSecrets(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string") {
    const isIn = (text: string): boolean =>
      value === text || (text.length >= shortestPartChars && value.includes(text));
    return secrets.some(isIn) ? secret(value) : value;
  }
  if (Array.isArray(value)) return value.map((item) => withSecrets(item, secrets));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withSecrets(item, secrets)]));
}

/**
 * Lets the SDK send no debug messages. They hold the outputs of resources, passwords too, in plain text, which the engine
 * writes to its log (seen with SDK 3.248 and `-v=7`), and each is a call to the engine that the program's end waits for.
 */
export function dropDebugMessages(): void {
  Object.defineProperty(sdkLog, "debug", { value: () => Promise.resolve() });
}
