import { PlantonError } from "../../contract/planton-error.js";
import { asText, type JsonObject } from "../../http/json.js";
import { namedStep } from "../kit/bridged/named-step.js";
import { notEmpty } from "../kit/property-rules.js";
import { flag, text } from "../kit/property-types.js";
import { defineFunction } from "../kit/provider-function.js";
import type { DigitalOceanApi } from "./digitalocean-api.js";
import { findVpc, vpcProperties } from "./vpc.js";

interface VpcSearch {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly region?: string | undefined;
}

function fail(message: string): never {
  throw new PlantonError({ code: "E_VENDOR", message });
}

async function lookUp(api: DigitalOceanApi, search: VpcSearch, signal: AbortSignal): Promise<JsonObject> {
  const { id, name, region } = search;
  if (id !== undefined) return (await findVpc(api, id, signal)) ?? fail(`no vpc found with id "${id}"`);
  const vpcs = await api.list("/v2/vpcs", "vpcs", signal);
  const found = vpcs.filter((vpc) =>
    region === undefined ? vpc["name"] === name : vpc["region"] === region && vpc["default"] === true,
  );
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  if (region !== undefined) return fail(`unable to find default vpc in region "${region}"`);
  return fail(found.length === 0 ? `no vpcs found with name "${name}"` : `too many vpcs found with name "${name}"`);
}

/** `digitalocean.getVpc`: by id, by name, or the default of a region. */
export const getVpcFunction = defineFunction<DigitalOceanApi>()({
  token: "digitalocean:index/getVpc:getVpc",
  description: "Looks a VPC up.",
  inputs: {
    id: { type: text, check: notEmpty },
    name: { type: text, check: notEmpty },
    region: { type: text, check: notEmpty },
  },
  outputs: {
    createdAt: { type: text },
    default: { type: flag },
    description: { type: text },
    id: { type: text },
    ipRange: { type: text },
    name: { type: text },
    region: { type: text },
    urn: { type: text },
  },
  check({ id, name, region }) {
    const given = [id, name, region].filter((value) => value !== undefined).length;
    return given === 1 ? [] : [{ property: "id", reason: `expected exactly one of id, name and region, got ${given}` }];
  },
  async invoke(search, { api, abandoned }) {
    const vpc = await namedStep("retrieving vpc", () => lookUp(api, search, abandoned));
    const { vpcUrn: urn, description = "", ...properties } = vpcProperties(vpc);
    return { ...properties, description, urn, id: asText(vpc["id"]) };
  },
});
