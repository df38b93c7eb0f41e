import { isIP } from "node:net";
import { PlantonError } from "../../contract/planton-error.js";
import { asFilledText, asFlag, asObject, asText, type JsonObject } from "../../http/json.js";
import { goTime } from "../kit/bridged/go-time.js";
import { namedStep } from "../kit/bridged/named-step.js";
import { pollUntil } from "../kit/poll.js";
import { atMostCharacters, notEmpty } from "../kit/property-rules.js";
import { flag, text } from "../kit/property-types.js";
import type { PropertyValue } from "../kit/property-value.js";
import { defineResource } from "../kit/resource.js";
import type { DigitalOceanApi } from "./digitalocean-api.js";

// Default of the vendor's plugin (tf-do v2.99.1).
const deleteTimeoutMs = 2 * 60_000;

function isCidr(value: PropertyValue): string | undefined {
  const [address = "", bits = "", ...rest] = String(value).split("/");
  const version = isIP(address);
  const valid = version !== 0 && rest.length === 0 && /^\d+$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
  return valid ? undefined : `expected an address range such as "10.10.0.0/16", got "${String(value)}"`;
}

/** The vendor's answer as properties, without what is empty. */
export function vpcProperties(vpc: JsonObject) {
  const createdAt = asText(vpc["created_at"]);
  return {
    name: asText(vpc["name"]),
    region: asText(vpc["region"]),
    description: asFilledText(vpc["description"]),
    ipRange: asText(vpc["ip_range"]),
    vpcUrn: asText(vpc["urn"]),
    default: asFlag(vpc["default"]),
    createdAt: createdAt === undefined ? undefined : goTime(createdAt),
  };
}

/** A VPC by its id; undefined when there is none. */
export async function findVpc(api: DigitalOceanApi, id: string, signal: AbortSignal): Promise<JsonObject | undefined> {
  const body = await api.find({ method: "GET", path: `/v2/vpcs/${encodeURIComponent(id)}`, signal });
  return body && asObject(body["vpc"]);
}

async function readAgain(api: DigitalOceanApi, id: string, signal: AbortSignal) {
  const vpc = await findVpc(api, id, signal);
  if (vpc === undefined) throw new PlantonError({ code: "E_VENDOR", message: `the vpc "${id}" is gone` });
  return { id, state: vpcProperties(vpc) };
}

/** `digitalocean.Vpc`. */
export const vpcResource = defineResource<DigitalOceanApi>()({
  type: "digitalocean:index/vpc:Vpc",
  description: "A private network of a region.",
  inputs: {
    description: { type: text, check: atMostCharacters(255) },
    ipRange: { type: text, computed: true, replace: true, check: isCidr },
    name: { type: text, autoname: { maxLength: 255 }, check: notEmpty },
    region: { type: text, required: true, replace: true, check: notEmpty },
  },
  outputs: {
    createdAt: { type: text },
    default: { type: flag },
    vpcUrn: { type: text },
  },
  deletesFirst: "given-name",
  customTimeouts: ["delete"],
  async create({ api, inputs, abandoned }) {
    const { name, region, description, ipRange } = inputs;
    const body = { name, region, description, ip_range: ipRange };
    // Two at once may be given the same free address range.
    return api.lock(`vpc/${region}`, () =>
      namedStep("creating vpc", async () => {
        const answer = await api.call({ method: "POST", path: "/v2/vpcs", body, signal: abandoned });
        const id = asFilledText(asObject(answer["vpc"])?.["id"]);
        if (id === undefined) throw new PlantonError({ code: "E_VENDOR", message: "the answer holds no id" });
        try {
          return await readAgain(api, id, abandoned);
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          return { id, state: inputs, incomplete: [`error reading vpc: ${reason}`] };
        }
      }),
    );
  },
  async read({ api, id, abandoned }) {
    const vpc = await namedStep("reading vpc", () => findVpc(api, id, abandoned));
    return vpc && { id: asFilledText(vpc["id"]) ?? id, state: vpcProperties(vpc) };
  },
  async update({ api, id, inputs, state, changed, abandoned }) {
    if (changed.size > 0) {
      // An empty description is left out, so that it cannot be taken away: the vendor's client does the same.
      const description = inputs.description === "" ? undefined : inputs.description;
      const body = { name: inputs.name, description, default: state.default ?? false };
      const path = `/v2/vpcs/${encodeURIComponent(id)}`;
      await namedStep("updating vpc", () => api.call({ method: "PUT", path, body, signal: abandoned }));
    }
    return namedStep("reading vpc", () => readAgain(api, id, abandoned));
  },
  async delete({ api, id, timeoutMs = deleteTimeoutMs, cancelled, abandoned }) {
    const request = { method: "DELETE", path: `/v2/vpcs/${encodeURIComponent(id)}`, signal: abandoned } as const;
    let last = await api.send(request);
    const isDone = async (): Promise<true | undefined> => {
      last = await api.send(request);
      return last.status === 403 || last.status === 409 ? undefined : true;
    };
    // A cluster deleted just before still counts as a member for a while.
    if (last.status === 403 || last.status === 409) {
      await pollUntil({ look: isDone, pace: api.pace, timeoutMs, clock: api.clock, signals: [cancelled, abandoned] });
    }
    if (last.status < 200 || last.status > 299) {
      await namedStep("deleting vpc", () => Promise.resolve(api.bodyOf(last)));
    }
  },
});
