import { PlantonError } from "../../contract/planton-error.js";
import { asString, type JsonObject } from "../../http/json.js";
import type { BridgedRequest, Held } from "../kit/bridged/bridged-declaration.js";
import type { BridgedWait } from "../kit/bridged/bridged-requests.js";
import { notEmpty } from "../kit/schema/property-rules.js";
import { string } from "../kit/schema/property-types.js";

/** Cluster and name of what is inside a cluster. */
export interface ClusterPart {
  readonly clusterId?: string | undefined;
  readonly name?: string | undefined;
}

/** The inputs of {@link ClusterPart}; another value of either is another object. */
export const partInputs = {
  clusterId: { type: string, required: true, replace: true, check: notEmpty },
  name: { type: string, replace: true, autoname: { maxLength: 255 }, check: notEmpty },
} as const;

/** Until a cluster or a replica is online (tf-do v2.99.1). */
export const untilOnline: BridgedWait = {
  isReady: ({ status }) => status === "online",
  becoming: "to become online",
  timeoutMs: 30 * 60_000,
};

/** The list, or undefined for an empty one: as godo v1.202.0 leaves it out of a body. */
export function filledList<Element>(elements: readonly Element[] = []): readonly Element[] | undefined {
  return elements.length > 0 ? elements : undefined;
}

/** Path of a cluster, or below it: `clusterPath(id, "dbs", "app")`. */
export function clusterPath(id: string, ...below: readonly string[]): string {
  return ["/v2/databases", ...[id, ...below].map(encodeURIComponent)].join("/");
}

/**
 * Where the objects of one list of a cluster are: `clusterPart("users", "/user/")`; `between` comes between the cluster's
 * id and the name in the id of the state. An import names both with a comma between them; another id is E_VENDOR.
 */
export function clusterPart(list: string, between: string) {
  return {
    path: ({ known: { clusterId = "", name = "" } }: Held<ClusterPart>): string => clusterPath(clusterId, list, name),
    post: (clusterId: string, body: unknown): BridgedRequest => ({
      method: "POST",
      path: clusterPath(clusterId, list),
      body,
    }),
    id: (object: JsonObject, { clusterId }: { readonly clusterId: string }): string =>
      `${clusterId}${between}${asString(object["name"]) ?? ""}`,
    importing(id: string): Held<ClusterPart> {
      const [clusterId = "", name] = id.split(",");
      if (name !== undefined) return { id: `${clusterId}${between}${name}`, known: { clusterId, name } };
      const message = `must use the id of the source database cluster and the name joined with a comma, got "${id}"`;
      throw new PlantonError({ code: "E_VENDOR", message, hint: "import it as <cluster id>,<name>" });
    },
  };
}
