import type { ModuleContext } from "../../../contract/module.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { isJsonObject } from "../../../http/json.js";
import type { FirewallRule } from "./trusted-sources.js";

/** Type token of a tag; its id is its name. */
export const tagType = "digitalocean:index/tag:Tag";

const firewallType = "digitalocean:index/databaseFirewall:DatabaseFirewall";

/** Which rules {@link assertTagsExist} checks. */
interface TagRules {
  readonly rules: readonly FirewallRule[];
  /** Path of the list in the manifest: "spec.rules". */
  readonly path: string;
  /** Tags that the run itself makes. */
  readonly made: readonly string[];
}

/**
 * Asks the vendor for the tags that new rules name, before anything is made: DigitalOcean refuses a list with a tag
 * that does not exist, and a cluster without a list is open to the whole internet. What the state holds already was
 * taken once. Throws E_REFERENCE_FORM with the place and what to do.
 */
export async function assertTagsExist({ rules, path, made }: TagRules, context: ModuleContext): Promise<void> {
  const held = context
    .inState(firewallType)
    .flatMap(({ inputs }) => (Array.isArray(inputs["rules"]) ? inputs["rules"] : []));
  const isHeld = (tag: string): boolean =>
    held.some((rule) => isJsonObject(rule) && rule["type"] === "tag" && rule["value"] === tag);
  const isMade = (tag: string): boolean => made.some((one) => one.toLowerCase() === tag.toLowerCase());
  for (const [index, { type, value }] of rules.entries()) {
    if (type !== "tag" || isHeld(value) || isMade(value)) continue;
    // Undefined: the token may not read tags, and DigitalOcean itself says what it thinks of the rule.
    if ((await context.existing(tagType, value)) !== "absent") continue;
    throw new PlantonError({
      code: "E_REFERENCE_FORM",
      message: `${path}[${index}].value: DigitalOcean has no tag "${value}"; capitals count`,
      hint: `make it: doctl compute tag create ${value}; or correct the value`,
    });
  }
}
