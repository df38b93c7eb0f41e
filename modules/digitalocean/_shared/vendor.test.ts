import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { PlantonError } from "../../../contract/planton-error.js";
import type { PendingCreate, VendorContext } from "../../../contract/vendor.js";
import { findCreated, refusalOf } from "./find-created.js";
import { vendorAdapter } from "./vendor.js";

const token = "dop_v1_marker";

/** A fake DigitalOcean that responds by path and records its requests. */
function vendorOf(responses: Readonly<Record<string, { readonly status?: number; readonly body: unknown }>>): {
  readonly context: VendorContext;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const response: typeof globalThis.fetch = async (url, init) => {
    const path = String(url).replace("http://127.0.0.1:1", "");
    asked.push(`${new Headers(init?.headers).get("authorization")} ${path}`);
    const found = responses[path];
    if (found === undefined) throw new TypeError("fetch failed");
    const text = typeof found.body === "string" ? found.body : JSON.stringify(found.body);
    return new Response(text, { status: found.status ?? 200 });
  };
  return {
    context: {
      credentials: { api_token: token },
      env: { DIGITALOCEAN_API_URL: "http://127.0.0.1:1/" },
      fetch: response,
    },
    asked,
  };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof PlantonError)) return "none";
  expect(`${error.message} ${error.hint}`).not.toContain(token);
  return error.code;
}

describe("readAccount of DigitalOcean", () => {
  const user = { uuid: "user-1", email: "sammy@example.com", name: "Sammy" };

  it.each([
    ["the team", { ...user, team: { uuid: "team-1", name: "My Team" } }, { id: "team-1", name: "My Team" }],
    ["the user outside teams", user, { id: "user-1", name: "Sammy" }],
    [
      "the user's mail address without a name",
      { uuid: "user-1", email: "s@example.com" },
      { id: "user-1", name: "s@example.com" },
    ],
  ])("gives %s", async (_, account, expected) => {
    const vendor = vendorOf({ "/v2/account": { body: { account } } });
    expect(await vendorAdapter.readAccount(vendor.context)).toEqual(expected);
    expect(vendor.asked).toEqual([`Bearer ${token} /v2/account`]);
  });

  it("gives nothing when the token may not read the account", async () => {
    const { context } = vendorOf({ "/v2/account": { status: 403, body: { id: "forbidden", message: "no" } } });
    expect(await vendorAdapter.readAccount(context)).toBeUndefined();
  });

  it.each([
    ["a refused token", { status: 401, body: { message: "Unable to authenticate you" } }, "E_CREDENTIALS_REFUSED"],
    ["a fault of the vendor", { status: 500, body: "<html>oops</html>" }, "E_VENDOR"],
  ])("reports %s", async (_, response, code) => {
    const { context } = vendorOf({ "/v2/account": response });
    expect(await codeOf(vendorAdapter.readAccount(context))).toBe(code);
  });

  it("reports a vendor that does not respond", async () => {
    expect(await codeOf(vendorAdapter.readAccount(vendorOf({}).context))).toBe("E_VENDOR_UNREACHABLE");
  });
});

describe("findCreated of DigitalOcean", () => {
  const startedAtMs = Date.parse("2026-11-21T12:00:00Z");
  const cluster = (id: string, change: object = {}): object => ({
    id,
    name: "dev-postgres",
    engine: "pg",
    region: "nyc3",
    status: "creating",
    created_at: "2026-11-21T12:00:05Z",
    tags: [],
    ...change,
  });
  const pendingCluster: PendingCreate = {
    type: "digitalocean:index/databaseCluster:DatabaseCluster",
    inputs: { name: "dev-postgres", engine: "pg" },
    owner: "shop-dev",
    startedAtMs,
  };
  const pendingVpc: PendingCreate = {
    type: "digitalocean:index/vpc:Vpc",
    inputs: { name: "production-vpc", region: "nyc3" },
    owner: "shop-dev",
    startedAtMs,
  };

  it("finds clusters of the name and engine on every page, ours by the owner's tag", async () => {
    const { context } = vendorOf({
      "/v2/databases?page=1&per_page=200": {
        body: {
          databases: [cluster("other-engine", { engine: "mysql" }), cluster("foreign", { tags: ["planton:someone"] })],
          links: { pages: { next: "https://elsewhere.invalid/v2/databases?page=2" } },
        },
      },
      "/v2/databases?page=2&per_page=200": {
        body: {
          databases: [cluster("ours", { tags: ["Planton:Shop-Dev"] }), cluster("other", { name: "other" })],
          links: {},
        },
      },
    });
    const found = await findCreated(pendingCluster, context);
    expect(found?.map(({ id, ours }) => [id, ours])).toEqual([
      ["foreign", false],
      ["ours", true],
    ]);
  });

  it("finds nothing in an account without databases", async () => {
    const { context } = vendorOf({ "/v2/databases?page=1&per_page=200": { body: { databases: null } } });
    expect(await findCreated(pendingCluster, context)).toEqual([]);
  });

  it.each([
    ["mongodb", true],
    ["pg", false],
  ])("says for %s that an import lacks the password: %s", async (engine, says) => {
    const databases = [cluster("tagged", { engine, tags: ["planton:shop-dev"] })];
    const { context } = vendorOf({ "/v2/databases?page=1&per_page=200": { body: { databases } } });
    const pending = { ...pendingCluster, inputs: { ...pendingCluster.inputs, engine } };
    const found = await findCreated(pending, context);
    expect(found?.map(({ afterImport = "" }) => afterImport.includes("reset_auth"))).toEqual([says]);
  });

  it("finds a cluster with the owner's tag under another name and engine", async () => {
    const databases = [cluster("renamed", { name: "other", engine: "mysql", tags: ["planton:shop-dev"] })];
    const { context } = vendorOf({ "/v2/databases?page=1&per_page=200": { body: { databases } } });
    const found = await findCreated(pendingCluster, context);
    expect(found?.map(({ id, ours }) => [id, ours])).toEqual([["renamed", true]]);
  });

  it.each([
    ["10.0.0.0/20", ["vpc-1"]],
    ["10.9.0.0/20", []],
    [undefined, ["vpc-1"]],
  ])("holds a VPC's range against %s", async (ipRange, ids) => {
    const vpcs = [{ id: "vpc-1", name: "production-vpc", region: "nyc3", ip_range: "10.0.0.0/20" }];
    const { context } = vendorOf({ "/v2/vpcs?page=1&per_page=200": { body: { vpcs } } });
    const pending = { ...pendingVpc, inputs: { ...pendingVpc.inputs, ipRange } };
    const found = await findCreated(pending, context);
    expect(found?.map(({ id }) => id)).toEqual(ids);
  });

  it("takes no VPC for ours: a name proves nothing", async () => {
    const created_at = "2026-11-21T12:00:05Z";
    const vpcs = [{ id: "vpc-1", name: "production-vpc", region: "nyc3", ip_range: "10.0.0.0/20", created_at }];
    const { context } = vendorOf({ "/v2/vpcs?page=1&per_page=200": { body: { vpcs } } });
    const found = await findCreated(pendingVpc, context);
    expect(found?.map((resource) => [resource.id, resource.ours])).toEqual([["vpc-1", false]]);
  });

  it.each([
    ["since the run began", "2026-11-21T11:56:00Z", true],
    ["before the run began", "2026-11-21T11:54:00Z", false],
  ])("holds a tagged cluster against the start where that is given: made %s", async (_, created_at, ours) => {
    const databases = [cluster("tagged", { tags: ["planton:shop-dev"], created_at })];
    const { context } = vendorOf({ "/v2/databases?page=1&per_page=200": { body: { databases } } });
    const found = await findCreated(pendingCluster, context);
    expect(found?.map((resource) => [resource.id, resource.ours])).toEqual([["tagged", ours]]);
  });

  it.each([
    ['POST https://api.digitalocean.com/v2/databases: 422 (request "r-1") invalid size', "refused"],
    ['error creating: POST http://127.0.0.1:1/v2/databases: 403 (request "r-1") no', "refused"],
    ['POST https://api.digitalocean.com/v2/databases: 422 (request "r-1") name is already in use', "name taken"],
    ['POST https://api.digitalocean.com/v2/databases: 500 (request "r-1") oops', undefined],
    ['POST https://api.digitalocean.com/v2/databases: 409 (request "r-1") conflict', undefined],
    ['POST https://api.digitalocean.com/v2/databases: 429 (request "r-1") too many', undefined],
    ['POST https://api.digitalocean.com/v2/databases/9/firewall: 422 (request "r-1") no', undefined],
    ['GET https://api.digitalocean.com/v2/databases: 404 (request "r-1") no', undefined],
    ['POST https://api.digitalocean.com/v2/vpcs: 422 (request "r-1") no', undefined],
    ['Post "https://api.digitalocean.com/v2/databases": EOF', undefined],
  ])("distinguishes refusals from outcomes that are not known: %s", (message, refusal) => {
    expect(refusalOf(pendingCluster.type, message)).toBe(refusal);
  });

  it("does not look for a firewall", async () => {
    const pending = { ...pendingCluster, type: "digitalocean:index/databaseFirewall:DatabaseFirewall" };
    expect(await findCreated(pending, vendorOf({}).context)).toBeUndefined();
  });

  it("does not take a list that it may not read for an empty one", async () => {
    const { context } = vendorOf({ "/v2/databases?page=1&per_page=200": { status: 403, body: {} } });
    expect(await codeOf(findCreated(pendingCluster, context))).toBe("E_VENDOR");
  });
});

describe("the adapter of DigitalOcean", () => {
  it("names the plugin version of the installed SDK", () => {
    const path = createRequire(import.meta.url).resolve("@pulumi/digitalocean/package.json");
    const { version } = JSON.parse(readFileSync(path, "utf8")) as { version: string };
    expect(vendorAdapter.plugins).toMatchObject([{ version }]);
  });
});

describe("what is in the way of a deletion at DigitalOcean", () => {
  const vpcType = "digitalocean:index/vpc:Vpc";
  const vpc = { id: "v-1", region: "nyc3", default: false };
  const membersPath = "/v2/vpcs/v-1/members?page=1&per_page=200";
  const orders = { name: "orders", urn: "do:dbaas:1" };
  const web = { name: "web", urn: "do:droplet:2" };
  const members = [orders, web];

  it.each([
    ["members", { vpc }, members, ['"orders" (do:dbaas:1)', '"web" (do:droplet:2)'], true],
    ["a member that was deleted", { vpc }, [orders], ['"orders" (do:dbaas:1)'], false],
    ["a member of an unknown type", { vpc }, [{ name: "a", urn: "do:gen:1" }], ['"a" (do:gen:1)'], false],
    ["no members", { vpc }, [], undefined, undefined],
    [
      "a default VPC",
      { vpc: { ...vpc, default: true } },
      members,
      [expect.stringContaining("default VPC of nyc3")],
      true,
    ],
  ])("%s", async (_, body, list, found, isHopeless) => {
    const vendor = vendorOf({
      "/v2/vpcs/v-1": { body },
      [membersPath]: { body: { members: list } },
      "/v2/databases/1": { status: 404, body: { id: "not_found", message: "gone" } },
      "/v2/droplets/2": { body: { droplet: { id: 2 } } },
    });
    const obstacles = await vendorAdapter.readObstacles?.({ type: vpcType, id: "v-1" }, vendor.context);
    expect([obstacles?.found, obstacles?.isHopeless]).toEqual([found, isHopeless]);
  });

  it("knows of VPCs alone, and of those that are there", async () => {
    const vendor = vendorOf({ "/v2/vpcs/v-1": { status: 404, body: { id: "not_found", message: "gone" } } });
    const read = (type: string): unknown => vendorAdapter.readObstacles?.({ type, id: "v-1" }, vendor.context);
    expect(await read(vpcType)).toBeUndefined();
    expect(await read("digitalocean:index/databaseCluster:DatabaseCluster")).toBeUndefined();
    expect(vendor.asked).toHaveLength(1);
  });
});
