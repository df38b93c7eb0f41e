import { booleanField, objectField, stringField, stringList } from "../kit/base/json-fields.js";
import { collection } from "../kit/vendor/collection.js";
import { collectedItems } from "../kit/vendor/plain-collection.js";
import { type CloudflareRoute, newId, type Request, timeText } from "./cloudflare-request.js";
import { cloudflareForm, refusal, success } from "./envelope.js";

/** A zone as the API shows it, but for what is the same for all. */
export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly account: { readonly id: string; readonly name: string };
  paused: boolean;
  type: string;
  vanity_name_servers: readonly string[];
  readonly created_on: string;
  modified_on: string;
}

const types = ["full", "partial", "secondary", "internal"];

const zones = collection<Request, Zone>({
  path: "/client/v4/zones/:zone",
  keys: ["zone", "zones"],
  form: cloudflareForm,
  items: (request) => collectedItems<Zone>(request, "zones"),
  present: (stored, { caller }) => stored.filter(({ account }) => caller.accounts.some(({ id }) => id === account.id)),
  id: ({ id }) => id,
  view: (zone) => ({
    ...zone,
    status: "pending",
    name_servers: zone.type === "full" ? ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"] : [],
    original_name_servers: null,
    original_registrar: null,
    original_dnshost: null,
    activated_on: null,
    development_mode: 0,
    ...(zone.type === "partial" ? { verification_key: `284344499-${zone.id.slice(0, 9)}` } : {}),
    permissions: ["#dns_records:edit", "#zone:edit"],
    plan: { id: "0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee", name: "Free Website" },
    meta: { phishing_detected: false },
    owner: { id: null, type: "user", email: null },
  }),
  filters: {
    name: (zone, name) => zone.name === name,
    "account.id": (zone, account) => zone.account.id === account,
  },
  build(body, request) {
    const name = stringField(body, "name").toLowerCase();
    if (!/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*$/.test(name))
      throw refusal(400, 1049, `${name} is not a registered domain`);
    const wanted = stringField(objectField(body, "account") ?? {}, "id");
    const account = request.caller.accounts.find(({ id }) => id === wanted);
    if (account === undefined) throw refusal(403, 10000, "Authentication error");
    const type = stringField(body, "type") || "full";
    if (!types.includes(type)) throw refusal(400, 1021, "Invalid value for type");
    const now = timeText(request.nowMs);
    return {
      ...{ id: newId(request), name, account, type, created_on: now, modified_on: now },
      paused: booleanField(body, "paused") ?? false,
      vanity_name_servers: stringList(body, "vanity_name_servers"),
    };
  },
  unique: {
    key: ({ name, account }) => `${name} ${account.id}`,
    taken: (key) => refusal(400, 1061, `${key.split(" ")[0]} already exists`),
  },
  notFound: () => refusal(404, 1001, "Invalid zone identifier"),
  changes: { PATCH: change },
  respond: { delete: ({ id }) => success({ id }) },
  beforeDelete(zone, request) {
    collectedItems(request, `dns_records of ${zone.id}`).splice(0);
  },
});

/** The zone that the path names. Throws a Refusal when the caller sees none. */
export const zoneOf = zones.item;

/** `/zones`: create, list, get, change, delete (OpenAPI document of 2024-08, read 2026-11). */
export const zoneRoutes: readonly CloudflareRoute[] = zones.routes;

/** "Only one zone property can be changed at a time." */
function change(zone: Zone, { body, nowMs }: Request): void {
  if (Object.keys(body).length !== 1) throw refusal(400, 1016, "Only one zone property can be changed at a time");
  const type = stringField(body, "type");
  if (type !== "" && !types.includes(type)) throw refusal(400, 1021, "Invalid value for type");
  zone.paused = booleanField(body, "paused") ?? zone.paused;
  zone.type = type || zone.type;
  if ("vanity_name_servers" in body) zone.vanity_name_servers = stringList(body, "vanity_name_servers");
  zone.modified_on = timeText(nowMs);
}
