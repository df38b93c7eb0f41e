import { PlantonError } from "../../contract/planton-error.js";
import type { Held } from "../kit/bridged/bridged-declaration.js";
import { notEmpty } from "../kit/property-rules.js";
import { text } from "../kit/property-types.js";

/** Cluster and name of what is inside a cluster. */
export interface ClusterPart {
  readonly clusterId?: string | undefined;
  readonly name?: string | undefined;
}

/** The inputs of {@link ClusterPart}; another value of either is another object. */
export const partInputs = {
  clusterId: { type: text, required: true, replace: true, check: notEmpty },
  name: { type: text, replace: true, autoname: { maxLength: 255 }, check: notEmpty },
} as const;

/** Path of a cluster, or below it: `clusterPath(id, "dbs", "app")`. */
export function clusterPath(id: string, ...below: readonly string[]): string {
  return ["/v2/databases", ...[id, ...below].map(encodeURIComponent)].join("/");
}

/** Path of an object in a list of a cluster: `partPath("dbs")`. */
export function partPath(list: string) {
  return ({ known: { clusterId = "", name = "" } }: Held<ClusterPart>): string => clusterPath(clusterId, list, name);
}

/**
 * What an import stands for: the id of the cluster and the name with a comma between them; `between` is what the id in the
 * state has there: `importPart("/user/")`. Throws E_VENDOR for an id without a comma.
 */
export function importPart(between: string) {
  return (id: string): Held<ClusterPart> => {
    const [clusterId = "", name] = id.split(",");
    if (name !== undefined) return { id: `${clusterId}${between}${name}`, known: { clusterId, name } };
    const message = `must use the id of the source database cluster and the name joined with a comma, got "${id}"`;
    throw new PlantonError({ code: "E_VENDOR", message, hint: "import it as <cluster id>,<name>" });
  };
}
