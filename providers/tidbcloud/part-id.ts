import { PlantonError } from "../../contract/planton-error.js";
import type { IntentSubject } from "../kit/intent-store.js";

/** Id of something that is part of a cluster: "<clusterId>,<name>", as the vendor's Terraform provider imports it. */
export interface PartId {
  readonly clusterId: string;
  /** Id or name within the cluster. */
  readonly part: string;
}

/** The id of a part as the engine keeps it. */
export function partIdText({ clusterId, part }: PartId): string {
  return `${clusterId},${part}`;
}

/** What the record of a part's creation is about. */
export function partSubject(urn: string, { clusterId }: Pick<PartId, "clusterId">, owner?: string): IntentSubject {
  return { urn, owner: owner === undefined ? clusterId : `${clusterId},${owner}` };
}

/** Reads an id, as an import gives it; throws E_VENDOR for any other text. `example` is one for the message. */
export function parsePartId(id: string, example: string): PartId {
  const [, clusterId, part] = /^(?:clusters\/)?([0-9]{1,20}), ?([^,\s]+)$/.exec(id) ?? [];
  if (clusterId !== undefined && part !== undefined) return { clusterId, part };
  const message = `"${id}" is no id of this resource`;
  throw new PlantonError({ code: "E_VENDOR", message, hint: `write it as ${example}` });
}
