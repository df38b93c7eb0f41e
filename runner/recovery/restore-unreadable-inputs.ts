import type { VendorRecovery } from "../../contract/vendor.js";
import { listOf, objectOf } from "../../http/json.js";

/** A creation that was begun, and whose outcome was imported. */
interface ImportedCreate {
  readonly urn: string;
  readonly type: string;
  /** Inputs of the registration, as the state or the run marker keeps them. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * The exported deployment with those inputs that no import can know taken over from the creations that were begun: in the
 * resource's inputs and outputs, so that the next update sees no change of them. The same text when there are none.
 */
export function withUnreadableInputs(
  deployment: string,
  imported: readonly ImportedCreate[],
  unreadable: VendorRecovery["unreadable"] = {},
): string {
  const missed = new Map(imported.map((create) => [create.urn, pickInputs(create, unreadable[create.type] ?? [])]));
  const exported = objectOf(JSON.parse(deployment));
  const state = objectOf(exported["deployment"]);
  let changed = false;
  const resources = listOf(state["resources"]).map((value) => {
    const resource = objectOf(value);
    const inputs = objectOf(resource["inputs"]);
    const known = Object.entries(missed.get(String(resource["urn"])) ?? {});
    const lacking = Object.fromEntries(known.filter(([key]) => inputs[key] === undefined));
    if (resource["delete"] === true || Object.keys(lacking).length === 0) return value;
    changed = true;
    return {
      ...resource,
      inputs: { ...inputs, ...lacking },
      outputs: { ...objectOf(resource["outputs"]), ...lacking },
    };
  });
  return changed ? JSON.stringify({ ...exported, deployment: { ...state, resources } }) : deployment;
}

function pickInputs({ inputs }: ImportedCreate, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.filter((key) => inputs[key] !== undefined).map((key) => [key, inputs[key]]));
}
