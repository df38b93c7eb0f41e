import { isJsonObject, type JsonObject, stringField } from "../../kit/base/json-fields.js";
import { collection } from "../../kit/vendor/collection.js";
import { collectedItems } from "../../kit/vendor/plain-collection.js";
import { type CloudflareRoute, newId, type Request } from "../cloudflare-request.js";
import { cloudflareForm, refusal, success } from "../envelope.js";
import { domainsOf, routesOf, scriptsOf, type WorkerDomain, type WorkerRoute } from "./worker-script.js";

interface OwnedZone {
  readonly id: string;
  readonly name: string;
  readonly account: { readonly id: string };
}

/** The zones that the caller sees. */
function zonesOf(request: Request): readonly OwnedZone[] {
  const ids = request.caller.accounts.map(({ id }) => id);
  return collectedItems<OwnedZone>(request, "zones").filter(({ account }) => ids.includes(account.id));
}

function zoneOf(request: Request): OwnedZone {
  const zone = zonesOf(request).find(({ id }) => id === request.params["zone"]);
  if (zone === undefined) throw refusal(404, 1001, "Invalid zone identifier");
  return zone;
}

/** The host of a pattern is the zone, or below it; a wildcard is at its beginning or at the path's end. */
function isPatternOf(pattern: string, { name }: OwnedZone): boolean {
  const [host = "", ...path] = pattern.replace(/^https?:\/\//, "").split("/");
  const plain = host.replace(/^\*\.?/, "");
  const isInZone = plain === name || plain.endsWith(`.${name}`) || (host.startsWith("*") && plain === "");
  return isInZone && !plain.includes("*") && !path.join("/").slice(0, -1).includes("*");
}

const routes = collection<Request, WorkerRoute>({
  path: "/client/v4/zones/:zone/workers/routes/:route",
  keys: ["route", "routes"],
  form: { ...cloudflareForm, paging: { ...cloudflareForm.paging, preset: "all" } },
  items: (request) => routesOf(request, zoneOf(request).id),
  id: ({ id }) => id,
  view: ({ script, ...route }) => (script === null ? route : { ...route, script }),
  build(body, request, old) {
    const [pattern, script] = [stringField(body, "pattern"), stringField(body, "script")];
    const zone = zoneOf(request);
    if (!isPatternOf(pattern, zone)) throw refusal(400, 10022, `Invalid route pattern: ${pattern}`);
    const scripts = scriptsOf({ ...request, params: { ...request.params, account: zone.account.id } });
    if (script !== "" && !scripts.some(({ name }) => name === script))
      throw refusal(400, 10019, `Worker '${script}' does not exist`);
    return { id: old?.id ?? newId(request), pattern, script: script === "" ? null : script };
  },
  unique: {
    key: ({ pattern }) => pattern,
    taken: () => refusal(409, 10020, "A route with the same pattern already exists"),
  },
  notFound: () => refusal(404, 10007, "workers.api.error.route_not_found"),
  changes: { PUT: "replace" },
  respond: { delete: ({ id }) => success({ id }) },
});

function zoneOfHost(body: JsonObject, request: Request): OwnedZone | undefined {
  const [hostname, id, name] = ["hostname", "zone_id", "zone_name"].map((key) => stringField(body, key));
  const zones = zonesOf(request).filter(({ account }) => account.id === request.params["account"]);
  return zones.find(
    (zone) =>
      (id === "" || zone.id === id) &&
      (name === "" || zone.name === name) &&
      (hostname === zone.name || hostname?.endsWith(`.${zone.name}`) === true),
  );
}

/** A PUT is an upsert: the host name of the account's own Worker moves to the one that is named. */
function putDomain(request: Request) {
  const { body } = request;
  const [hostname, service] = [stringField(body, "hostname"), stringField(body, "service")];
  const zone = zoneOfHost(body, request);
  if (zone === undefined) throw refusal(400, 100114, `The zone of '${hostname}' is not in this account`);
  if (!scriptsOf(request).some(({ name }) => name === service))
    throw refusal(400, 10007, `Worker '${service}' does not exist`);
  const records = collectedItems<unknown>(request, `dns_records of ${zone.id}`).filter(isJsonObject);
  const isTaken = records.some(
    (record) => record["name"] === hostname && ["A", "AAAA", "CNAME"].includes(String(record["type"])),
  );
  if (isTaken)
    throw refusal(409, 100117, `Hostname '${hostname}' already has externally managed DNS records (A, CNAME, etc).`);
  const domains = domainsOf(request);
  const old = domains.find((domain) => domain.hostname === hostname);
  const made: WorkerDomain = {
    id: old?.id ?? newId(request),
    ...{ hostname, service, environment: stringField(body, "environment") || "production" },
    ...{ zone_id: zone.id, zone_name: zone.name, cert_id: old?.cert_id ?? request.uuid() },
  };
  if (old === undefined) domains.push(made);
  else domains[domains.indexOf(old)] = made;
  return success(made);
}

const domains = collection<Request, WorkerDomain>({
  path: "/client/v4/accounts/:account/workers/domains/:domain",
  keys: ["domain", "domains"],
  form: { ...cloudflareForm, paging: { ...cloudflareForm.paging, preset: "all" } },
  items: domainsOf,
  id: ({ id }) => id,
  view: (domain) => domain,
  filters: {
    hostname: (domain, hostname) => domain.hostname === hostname,
    service: (domain, service) => domain.service === service,
    zone_id: (domain, zone) => domain.zone_id === zone,
  },
  notFound: () => refusal(404, 100114, "Custom domain not found"),
  operations: ["list", "get", "delete"],
  respond: { delete: () => success(null) },
});

/** Routes of zones, and host names of Workers (OpenAPI document of 2024-08, cloudflare-typescript v7.3.0, read 2026-11). */
export const workerZoneRoutes: readonly CloudflareRoute[] = [
  ...routes.routes,
  ...domains.routes,
  { method: "PUT", path: "/client/v4/accounts/:account/workers/domains", handle: putDomain },
];
