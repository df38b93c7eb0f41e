import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { objectField, stringField } from "../../kit/base/json-fields.js";
import { secondToken } from "../accounts.js";
import { messages } from "../messages.js";
import { givenVpcId } from "../state.js";
import { at, type DigitalOceanSandbox, openDigitalOceanSandbox } from "../test-digitalocean.js";

let sandbox: DigitalOceanSandbox;
beforeEach(async () => {
  sandbox = await openDigitalOceanSandbox();
});
afterEach(() => sandbox.close());

async function createVpc(fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const response = await sandbox.send("POST", "/v2/vpcs", { name: "prod", region: "nyc3", ...fields });
  expect(response.status).toBe(201);
  return stringField(objectField(response.body, "vpc") ?? {}, "id");
}

test("a VPC is there from the start, in the default account only", async () => {
  const response = await sandbox.send("GET", `/v2/vpcs/${givenVpcId}`);
  expect(response.body["vpc"]).toMatchObject({ region: "nyc3", urn: `do:vpc:${givenVpcId}`, default: false });
  expect((await sandbox.send("GET", `/v2/vpcs/${givenVpcId}`, undefined, secondToken)).status).toBe(404);
});

test("a VPC is made with the range asked for or a free /20, changed and removed", async () => {
  const asked = await createVpc({ ip_range: "10.10.10.0/24", description: "mine" });
  const given = await createVpc({ name: "other" });
  expect(at((await sandbox.send("GET", `/v2/vpcs/${asked}`)).body, "vpc")).toMatchObject({
    ip_range: "10.10.10.0/24",
    description: "mine",
    default: false,
    created_at: "2026-01-02T03:04:05Z",
  });
  expect(at((await sandbox.send("GET", `/v2/vpcs/${given}`)).body, "vpc", "ip_range")).toMatch(/\/20$/);
  const changed = await sandbox.send("PUT", `/v2/vpcs/${asked}`, { name: "renamed", default: false });
  expect(changed.body["vpc"]).toMatchObject({ name: "renamed", description: "mine" });
  expect((await sandbox.send("DELETE", `/v2/vpcs/${asked}`)).status).toBe(204);
  expect((await sandbox.send("GET", `/v2/vpcs/${asked}`)).status).toBe(404);
});

describe("refusals of a VPC", () => {
  const cases: readonly (readonly [Readonly<Record<string, unknown>>, string | RegExp])[] = [
    [{ name: "prod_vpc" }, messages.vpcName],
    [{ name: "production-vpc-sandbox" }, messages.vpcNameTaken],
    [{ region: "mars1" }, messages.region],
    [{ description: "x".repeat(256) }, messages.vpcDescription],
    [{ ip_range: "8.8.8.0/24" }, messages.vpcRange],
    [{ ip_range: "10.0.0.0/8" }, messages.vpcRange],
    [{ ip_range: "10.0.0.0/29" }, messages.vpcRange],
    [{ ip_range: "10.0.0.1/24" }, messages.vpcRange],
    [
      { ip_range: "172.27.0.0/16" },
      /^This range\/size overlaps with another VPC network in your account: production-vpc-sandbox /,
    ],
  ];
  test.each(cases)("%j", async (fields, message) => {
    const response = await sandbox.send("POST", "/v2/vpcs", { name: "prod", region: "nyc3", ...fields });
    expect([response.status, response.body["id"]]).toEqual([422, "unprocessable_entity"]);
    expect(response.body["message"]).toEqual(typeof message === "string" ? message : expect.stringMatching(message));
  });
});

test("the default VPC cannot be deleted: 403", async () => {
  const vpc = await createVpc();
  await sandbox.send("PUT", `/v2/vpcs/${vpc}`, { name: "prod", default: true });
  const response = await sandbox.send("DELETE", `/v2/vpcs/${vpc}`);
  expect([response.status, response.body["id"]]).toEqual([403, "forbidden"]);
  const all = (await sandbox.send("GET", "/v2/vpcs?per_page=200")).body["vpcs"];
  expect(Array.isArray(all) && all.filter((entry) => at(entry, "default") === true).length).toBe(1);
});

test("a VPC with members cannot be deleted, also shortly after its cluster is gone: 409", async () => {
  const vpc = await createVpc();
  const cluster = await sandbox.onlineCluster({ private_network_uuid: vpc });
  const members = await sandbox.send("GET", `/v2/vpcs/${vpc}/members`);
  expect(at(members.body, "members", 0)).toMatchObject({ urn: `do:dbaas:${cluster}`, name: "dev-postgres" });
  const refused = await sandbox.send("DELETE", `/v2/vpcs/${vpc}`);
  expect([refused.status, refused.body["message"]]).toEqual([409, messages.vpcMembers]);
  await sandbox.send("DELETE", `/v2/databases/${cluster}`);
  expect((await sandbox.send("DELETE", `/v2/vpcs/${vpc}`)).status).toBe(409);
  sandbox.passMs(1000);
  expect((await sandbox.send("DELETE", `/v2/vpcs/${vpc}`)).status).toBe(204);
});

describe("tags", () => {
  test("are made once, put on clusters and taken off", async () => {
    const cluster = await sandbox.onlineCluster();
    const resources = { resources: [{ resource_id: cluster, resource_type: "database" }] };
    expect((await sandbox.send("POST", "/v2/tags", { name: "Prod" })).status).toBe(201);
    expect(at((await sandbox.send("POST", "/v2/tags", { name: "prod" })).body, "tag", "name")).toBe("Prod");
    expect((await sandbox.send("POST", "/v2/tags/Prod/resources", resources)).status).toBe(204);
    expect(at((await sandbox.send("GET", `/v2/databases/${cluster}`)).body, "database", "tags")).toEqual(["Prod"]);
    expect(at((await sandbox.send("GET", "/v2/tags/Prod")).body, "tag", "resources", "databases", "count")).toBe(1);
    expect((await sandbox.send("DELETE", "/v2/tags/Prod/resources", resources)).status).toBe(204);
    expect(at((await sandbox.send("GET", `/v2/databases/${cluster}`)).body, "database", "tags")).toBeNull();
    expect((await sandbox.send("DELETE", "/v2/tags/Prod")).status).toBe(204);
    expect((await sandbox.send("GET", "/v2/tags/Prod")).status).toBe(404);
  });

  test("names follow the vendor's pattern", async () => {
    for (const name of ["", "a=b", "x".repeat(256)])
      expect((await sandbox.send("POST", "/v2/tags", { name })).status).toBe(422);
  });
});
