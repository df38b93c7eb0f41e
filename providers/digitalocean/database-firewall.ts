import type { Clock } from "../../contract/clock.js";
import { asObjects, asString } from "../../http/json.js";
import type { BridgedRequest } from "../kit/bridged/bridged-declaration.js";
import { defineBridgedResource } from "../kit/bridged/bridged-resource.js";
import { wholeSecondTime } from "../kit/bridged/go-time.js";
import { readObject } from "../kit/bridged/read-fields.js";
import type { ValuesOf } from "../kit/schema/property-declaration.js";
import { notEmpty, oneOf } from "../kit/schema/property-rules.js";
import { object, set, string } from "../kit/schema/property-types.js";
import { isMap, type PropertyValue } from "../kit/schema/property-value.js";
import { clusterPath, partInputs } from "./cluster-part.js";

const ruleInputs = {
  createdAt: { type: string, computed: true },
  type: { type: string, required: true, check: oneOf(["ip_addr", "droplet", "k8s", "tag", "app"]) },
  uuid: { type: string, computed: true },
  value: { type: string, required: true, check: notEmpty },
} as const;

interface Firewall {
  readonly clusterId?: string | undefined;
  readonly rules?: readonly Pick<ValuesOf<typeof ruleInputs>, "type" | "value" | "uuid">[] | undefined;
}

const noTime = "0001-01-01T00:00:00Z";

/** Uuid and time are the vendor's; a rule is its type and value. */
function ruleIdentity(rule: PropertyValue): string {
  return isMap(rule) ? `${String(rule["type"])} ${String(rule["value"])}` : "";
}

/** Replaces the whole list. */
function putRules({ clusterId = "", rules = [] }: Firewall): BridgedRequest {
  const body = {
    rules: rules.map(({ type, value, uuid = "" }) => ({ uuid, cluster_uuid: "", type, value, created_at: noTime })),
  };
  return { method: "PUT", path: clusterPath(clusterId, "firewall"), body };
}

/** An id of the vendor's plugin's form: cluster id, time, a random tail. */
function syntheticId(clusterId: string, clock: Clock): string {
  const time = new Date(clock.nowMs()).toISOString().replace(/\D/g, "");
  const tail = Math.floor(clock.random() * 0x1_0000_0000).toString(16);
  return `${clusterId}-${time}${tail.padStart(8, "0")}`;
}

/** `digitalocean.DatabaseFirewall`. Its deletion empties the list, which opens the cluster to the world. */
export const databaseFirewallResource = defineBridgedResource({
  type: "digitalocean:index/databaseFirewall:DatabaseFirewall",
  description: "The trusted sources of a database cluster.",
  noun: "DatabaseFirewall",
  inputs: {
    clusterId: partInputs.clusterId,
    rules: { required: true, check: notEmpty, type: set(object(ruleInputs), ruleIdentity) },
  },
  outputs: {},
  path: ({ id, known: { clusterId = id } }) => clusterPath(clusterId, "firewall"),
  create: { send: putRules, id: (_body, { clusterId }, clock) => syntheticId(clusterId, clock) },
  state: (body) => ({
    rules: asObjects(body["rules"]).map((rule) => ({
      ...readObject(rule, ruleInputs),
      createdAt: wholeSecondTime(asString(rule["created_at"]) ?? noTime),
    })),
  }),
  importing: (id, clock) => ({ id: syntheticId(id, clock), known: { clusterId: id } }),
  update: [{ doing: "updating DatabaseFirewall", send: ({ known }) => putRules(known) }],
  remove: { send: ({ id, known: { clusterId = id } }) => putRules({ clusterId }) },
});
