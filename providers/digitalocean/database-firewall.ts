import type { Clock } from "../../contract/clock.js";
import { PlantonError } from "../../contract/planton-error.js";
import { asObjects, asText, type JsonObject } from "../../http/json.js";
import { wholeSecondTime } from "../kit/bridged/go-time.js";
import { namedStep } from "../kit/bridged/named-step.js";
import { notEmpty, oneOf } from "../kit/property-rules.js";
import { object, set, text } from "../kit/property-types.js";
import { isMap, type PropertyValue } from "../kit/property-value.js";
import { defineResource } from "../kit/resource.js";
import type { DigitalOceanApi } from "./digitalocean-api.js";

interface Rule {
  readonly type: string;
  readonly value: string;
  readonly uuid?: string | undefined;
}

const ruleTypes = ["ip_addr", "droplet", "k8s", "tag", "app"] as const;
const noTime = "0001-01-01T00:00:00Z";

/** Uuid and time are the vendor's; a rule is its type and value. */
function ruleIdentity(rule: PropertyValue): string {
  return isMap(rule) ? `${String(rule["type"])} ${String(rule["value"])}` : "";
}

function firewallPath(clusterId: string): string {
  return `/v2/databases/${encodeURIComponent(clusterId)}/firewall`;
}

async function putRules(api: DigitalOceanApi, clusterId: string, rules: readonly Rule[], signal: AbortSignal) {
  const body = {
    rules: rules.map(({ type, value, uuid = "" }) => ({ uuid, cluster_uuid: "", type, value, created_at: noTime })),
  };
  await api.call({ method: "PUT", path: firewallPath(clusterId), body, signal });
}

function ruleProperties(rule: JsonObject) {
  return {
    uuid: asText(rule["uuid"]) ?? "",
    type: asText(rule["type"]) ?? "",
    value: asText(rule["value"]) ?? "",
    createdAt: wholeSecondTime(asText(rule["created_at"]) ?? noTime),
  };
}

async function findState(api: DigitalOceanApi, clusterId: string, signal: AbortSignal) {
  const body = await api.find({ method: "GET", path: firewallPath(clusterId), signal });
  return body && { clusterId, rules: asObjects(body["rules"]).map(ruleProperties) };
}

async function readAgain(api: DigitalOceanApi, clusterId: string, signal: AbortSignal) {
  const state = await findState(api, clusterId, signal);
  if (state !== undefined) return state;
  throw new PlantonError({ code: "E_VENDOR", message: `the database cluster "${clusterId}" is gone` });
}

/** An id of the vendor's plugin's form: cluster id, time, a random tail. */
function syntheticId(clusterId: string, clock: Clock): string {
  const time = new Date(clock.nowMs()).toISOString().replace(/\D/g, "");
  const tail = Math.floor(clock.random() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, "0");
  return `${clusterId}-${time}${tail}`;
}

/** Rules to send: those that stay keep the uuid they have in the state. */
function withKnownUuids(rules: readonly Rule[], state: readonly Rule[] | undefined): readonly Rule[] {
  return rules.map((rule) => {
    const known = state?.find(({ type, value }) => type === rule.type && value === rule.value);
    return { type: rule.type, value: rule.value, uuid: rule.uuid ?? known?.uuid };
  });
}

/** `digitalocean.DatabaseFirewall`: the whole list of trusted sources of one cluster. */
export const databaseFirewallResource = defineResource<DigitalOceanApi>()({
  type: "digitalocean:index/databaseFirewall:DatabaseFirewall",
  description: "The trusted sources of a database cluster.",
  inputs: {
    clusterId: { type: text, required: true, replace: true, check: notEmpty },
    rules: {
      required: true,
      check: notEmpty,
      type: set(
        object({
          createdAt: { type: text, computed: true },
          type: { type: text, required: true, check: oneOf(ruleTypes) },
          uuid: { type: text, computed: true },
          value: { type: text, required: true, check: notEmpty },
        }),
        ruleIdentity,
      ),
    },
  },
  outputs: {},
  deletesFirst: "given-name",
  customTimeouts: [],
  async create({ api, clock, inputs, abandoned }) {
    const { clusterId, rules } = inputs;
    await namedStep("creating DatabaseFirewall", () => putRules(api, clusterId, rules, abandoned));
    const id = syntheticId(clusterId, clock);
    try {
      return { id, state: await readAgain(api, clusterId, abandoned) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { id, state: inputs, incomplete: [`error retrieving DatabaseFirewall: ${reason}`] };
    }
  },
  async read({ api, clock, id, state, importing, abandoned }) {
    const clusterId = importing ? id : (state.clusterId ?? id);
    const found = await namedStep("retrieving DatabaseFirewall", () => findState(api, clusterId, abandoned));
    return found && { id: importing ? syntheticId(clusterId, clock) : id, state: found };
  },
  async update({ api, id, inputs, state, abandoned }) {
    const rules = withKnownUuids(inputs.rules, state.rules);
    await namedStep("updating DatabaseFirewall", () => putRules(api, inputs.clusterId, rules, abandoned));
    return { id, state: await readAgain(api, inputs.clusterId, abandoned) };
  },
  async delete({ api, id, state, abandoned }) {
    // As the vendor's plugin: an empty list opens the cluster to the world, and a cluster that is gone is an error.
    await namedStep("deleting DatabaseFirewall", () => putRules(api, state.clusterId ?? id, [], abandoned));
  },
});
