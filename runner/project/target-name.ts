import { createHash } from "node:crypto";

/** What a stack is about: one manifest's kind, environment and name. */
export interface Target {
  readonly kind: string;
  /** Absent when the manifest has no environment. */
  readonly env?: string;
  readonly name: string;
}

/** The target as stack settings record it: `Kind/name` or `Kind/env/name`. */
export function targetText(target: Target): string {
  return [target.kind, ...(target.env === undefined ? [] : [target.env]), target.name].join("/");
}

/** Reads what {@link targetText} wrote; undefined for any other text. */
export function parseTarget(text: string): Target | undefined {
  const parts = text.split("/");
  const [kind, second, third] = parts;
  if (!kind || !second || parts.length > 3) return undefined;
  return third === undefined ? { kind, name: second } : { kind, env: second, name: third };
}

/** A kind's name in kebab-case: "DigitalOceanVpc" gives "digital-ocean-vpc". */
export function kebabCase(kind: string): string {
  return kind
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
}

/** Pulumi allows 100 characters; eight of them are left for a prefix such as `sandbox.`. */
const maxDefaultChars = 92;

/**
 * Stack name that a target gets when nothing else names it: `[<env>.]<kind>.<name>`. A name of more than 92 characters
 * is cut and closed by eight hexadecimal digits of its hash.
 */
export function defaultStackName(target: Target): string {
  const name = [...(target.env === undefined ? [] : [target.env]), kebabCase(target.kind), target.name].join(".");
  if (name.length <= maxDefaultChars) return name;
  return `${name.slice(0, maxDefaultChars - 9)}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
}

/** A folder's name as a legal Pulumi project name: letters, digits, `-`, `_`, `.`, at most 100 characters. */
export function legalProjectName(folderName: string): string {
  const legal = folderName
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[-._]+|[-._]+$/g, "")
    .slice(0, 100);
  return legal === "" ? "stack-input" : legal;
}
