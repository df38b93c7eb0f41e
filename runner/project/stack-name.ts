import { createHash } from "node:crypto";
import type { Target } from "./target-name.js";

const sandboxPrefix = "sandbox.";

/** True for the name of a stack of the sandbox. */
export function isSandboxStack(stack: string): boolean {
  return stack.startsWith(sandboxPrefix);
}

/** A stack's name as the backend has it: in the sandbox "sandbox." comes first, so that the two never mix. */
export function fullStackName(name: string, isSandbox: boolean): string {
  return isSandbox && !isSandboxStack(name) ? `${sandboxPrefix}${name}` : name;
}

/** Name of a stack that nothing else names: `[<env>.]<short name>.<name>`, at most 92 characters. */
export function defaultStackName(target: Target, shortName: string): string {
  return dottedName(target, shortName);
}

/** The name that such a stack had before kinds had short names: `[<env>.]<kind in kebab-case>.<name>`. */
export function formerStackName(target: Target): string {
  return dottedName(target, kebabCase(target.kind));
}

/** Pulumi allows 100 characters; eight of them are left for a prefix such as `sandbox.`. */
const maxDefaultChars = 92;

/** A name of more than 92 characters is cut and closed by eight hexadecimal digits of its hash. */
function dottedName({ env, name }: Target, kind: string): string {
  const whole = [...(env === undefined ? [] : [env]), kind, name].join(".");
  if (whole.length <= maxDefaultChars) return whole;
  return `${whole.slice(0, maxDefaultChars - 9)}-${createHash("sha256").update(whole).digest("hex").slice(0, 8)}`;
}

/** "DigitalOceanVpc" gives "digital-ocean-vpc". */
export function kebabCase(kind: string): string {
  return kind
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
}
