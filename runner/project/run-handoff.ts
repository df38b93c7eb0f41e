import type { VendorAccount } from "../../contract/vendor.js";
import type { Environment } from "../system/planton-home.js";
import { sha256 } from "../system/sha256.js";

/**
 * What planton hands to its language host for one run of a stack: what the settings file does not say, and what the user
 * has seen already. Holds no secret.
 */
export interface RunHandoff {
  readonly stack: string;
  readonly operation: "up" | "preview" | "refresh" | "destroy";
  /** True when the credentials are resolved in the plugin's own variables, and are taken from there. */
  readonly hasCredentials: boolean;
  /** The stack input, where it is not the recorded one. */
  readonly stackInput?:
    | { readonly from: "stdin"; readonly file: string; readonly target?: string }
    /** `target` is what the stack is about in this run, see targetText. */
    | { readonly from: "file"; readonly file: string; readonly target: string };
  /** Stacks that references mean, where planton runs several manifests at once and knows them. */
  readonly references?: readonly HandedReference[] | undefined;
  /** Digest of the stack input whose rules planton has checked, see StackInputReading. */
  readonly checked?: string | undefined;
  /** What the vendor said to planton whose the credentials are, and the digest of these. */
  readonly account?: (VendorAccount & { readonly credentials: string }) | undefined;
  /** True when the warnings of the stack input were shown. */
  readonly hasShownWarnings: boolean;
  /** Warnings about where secrets are kept that were shown. */
  readonly secretWarnings: readonly string[];
  /** True when no preview comes first, in which warnings are shown. */
  readonly skipsPreview: boolean;
}

/** The stack that references to a target mean. */
export interface HandedReference {
  /** See targetText. */
  readonly target: string;
  readonly project: string;
  readonly stack: string;
  /** Outputs that the run which is previewed may change, "all" when the stack was not applied yet: unknown in a preview. */
  readonly unknown: readonly string[] | "all";
}

const variable = "PLANTON_RUN";

/** Whether credentials are those that an account was read with. */
export function credentialsDigest(values: Readonly<Record<string, string>>): string {
  return sha256(...Object.entries(values).sort().flat());
}

/** The variables that carry it through pulumi to the language host. */
export function runHandoffVariables(handoff: RunHandoff): Readonly<Record<string, string>> {
  return { [variable]: JSON.stringify(handoff) };
}

/**
 * What planton hands over for a run of that stack; undefined when it did not start the run, or started that of another
 * stack.
 */
export function readRunHandoff(env: Environment, stack: string): RunHandoff | undefined {
  const text = env[variable];
  if (!text) return undefined;
  try {
    const handoff = JSON.parse(text) as RunHandoff;
    return handoff.stack === stack ? handoff : undefined;
  } catch {
    // Not planton's own: somebody else set the variable, and the run goes on as under plain pulumi.
    return undefined;
  }
}
