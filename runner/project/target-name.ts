/** What a stack is about: one manifest's kind, environment and name. */
export interface Target {
  readonly kind: string;
  /** Absent when the manifest has no environment. */
  readonly env?: string;
  readonly name: string;
}

/** A target of the parts that a manifest or a reference names; without an environment when that is undefined or empty. */
export function makeTarget({ kind, name, env }: Omit<Target, "env"> & { readonly env?: string | undefined }): Target {
  return { kind, name, ...(env ? { env } : {}) };
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

/** A folder's name as a legal Pulumi project name: letters, digits, `-`, `_`, `.`, at most 100 characters. */
export function legalProjectName(folderName: string): string {
  const legal = folderName
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[-._]+|[-._]+$/g, "")
    .slice(0, 100);
  return legal === "" ? "stack-input" : legal;
}
