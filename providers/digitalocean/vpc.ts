import { isIP } from "node:net";
import { PlantonError } from "../../contract/planton-error.js";
import { asNonEmptyString, asObject, asString, type JsonObject } from "../../http/json.js";
import { defineBridgedResource } from "../kit/bridged/bridged-resource.js";
import { goTime } from "../kit/bridged/go-time.js";
import { namedStep } from "../kit/bridged/named-step.js";
import { readFields } from "../kit/bridged/read-fields.js";
import { defineFunction } from "../kit/resource/provider-function.js";
import type { ValuesOf } from "../kit/schema/property-declaration.js";
import { atMostCharacters, notEmpty } from "../kit/schema/property-rules.js";
import { boolean, string } from "../kit/schema/property-types.js";
import { definedValues, type PropertyValue } from "../kit/schema/property-value.js";
import type { DigitalOceanApi } from "./provider-config.js";

function isCidr(value: PropertyValue): string | undefined {
  const [address = "", bits = "", ...rest] = String(value).split("/");
  const version = isIP(address);
  const valid = version !== 0 && rest.length === 0 && /^\d+$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
  return valid ? undefined : `expected an address range such as "10.10.0.0/16", got "${String(value)}"`;
}

function vpcPath(id: string): string {
  return `/v2/vpcs/${encodeURIComponent(id)}`;
}

const vpcProperties = {
  description: { type: string, check: atMostCharacters(255) },
  ipRange: { type: string, computed: true, replace: true, check: isCidr },
  name: { type: string, autoname: { maxLength: 255 }, check: notEmpty },
  region: { type: string, required: true, replace: true, check: notEmpty },
} as const;

function createdAtOf(vpc: JsonObject): string | undefined {
  const createdAt = asString(vpc["created_at"]);
  return createdAt === undefined ? undefined : goTime(createdAt);
}

/** `digitalocean.Vpc`. */
export const vpcResource = defineBridgedResource({
  type: "digitalocean:index/vpc:Vpc",
  description: "A private network of a region.",
  noun: "vpc",
  reading: "reading",
  inputs: vpcProperties,
  outputs: { createdAt: { type: string }, default: { type: boolean }, vpcUrn: { type: string } },
  customTimeouts: ["delete"],
  path: ({ id }) => vpcPath(id),
  key: "vpc",
  keys: { vpcUrn: "urn" },
  // Two at once may be given the same free address range.
  lock: ({ region = "" }) => `vpc/${region}`,
  create: {
    send({ name, region, description, ipRange }) {
      return { method: "POST", path: "/v2/vpcs", body: { name, region, description, ip_range: ipRange } };
    },
    id: (vpc) => asNonEmptyString(vpc["id"]),
  },
  state: (vpc) => ({ createdAt: createdAtOf(vpc) }),
  update: [
    {
      doing: "updating vpc",
      on: ["name", "description"],
      // An empty description is left out, so that it cannot be taken away: the vendor's client does the same.
      send({ id, inputs: { name, description }, state }) {
        const body = { name, description: description || undefined, default: state.default ?? false };
        return { method: "PUT", path: vpcPath(id), body };
      },
    },
  ],
  // A cluster deleted just before still counts as a member for a while. 2 minutes: tf-do v2.99.1.
  remove: { again: { statuses: [403, 409], timeoutMs: 2 * 60_000 } },
});

const searchInputs = {
  id: { type: string, check: notEmpty },
  name: { type: string, check: notEmpty },
  region: { type: string, check: notEmpty },
} as const;

function fail(message: string): never {
  throw new PlantonError({ code: "E_VENDOR", message });
}

async function lookUp(
  api: DigitalOceanApi,
  search: ValuesOf<typeof searchInputs>,
  signal: AbortSignal,
): Promise<JsonObject> {
  const { id, name, region } = search;
  if (id !== undefined) {
    const body = await api.find({ method: "GET", path: vpcPath(id), signal });
    return asObject(body?.["vpc"]) ?? fail(`no vpc found with id "${id}"`);
  }
  const vpcs = await api.list("/v2/vpcs", "vpcs", signal);
  const found = vpcs.filter((vpc) =>
    region === undefined ? vpc["name"] === name : vpc["region"] === region && vpc["default"] === true,
  );
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  if (region !== undefined) return fail(`unable to find default vpc in region "${region}"`);
  return fail(found.length === 0 ? `no vpcs found with name "${name}"` : `too many vpcs found with name "${name}"`);
}

const functionOutputs = {
  ...vpcProperties,
  createdAt: { type: string },
  default: { type: boolean },
  id: { type: string },
  urn: { type: string },
} as const;

/** `digitalocean.getVpc`: by id, by name, or the default of a region. */
export const getVpcFunction = defineFunction<DigitalOceanApi>()({
  token: "digitalocean:index/getVpc:getVpc",
  description: "Looks a VPC up.",
  inputs: searchInputs,
  outputs: functionOutputs,
  check({ id, name, region }) {
    const given = [id, name, region].filter((value) => value !== undefined).length;
    return given === 1 ? [] : [{ property: "id", reason: `expected exactly one of id, name and region, got ${given}` }];
  },
  async invoke(search, { api, abandoned }) {
    const vpc = await namedStep("retrieving vpc", () => lookUp(api, search, abandoned));
    return { description: "", ...definedValues(readFields(vpc, functionOutputs)), createdAt: createdAtOf(vpc) };
  },
});
