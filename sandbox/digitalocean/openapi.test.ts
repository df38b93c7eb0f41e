import { afterEach, beforeEach, expect, test } from "vitest";
import { openApiDifferences } from "../kit/testing/test-openapi.js";
import { at, type DigitalOceanSandbox, openDigitalOceanSandbox } from "./test-digitalocean.js";

const differences = openApiDifferences(new URL("testdata/openapi-excerpt.json", import.meta.url));

let sandbox: DigitalOceanSandbox;
let found: Set<string>;
beforeEach(async () => {
  sandbox = await openDigitalOceanSandbox();
  found = new Set();
});
afterEach(() => sandbox.close());

/** Sends a request that succeeds, notes the differences of its response from the document, and gives the body. */
async function send(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await sandbox.send(method, path, body);
  expect([method, path, response.text, response.status < 300]).toEqual([method, path, response.text, true]);
  const [plainPath = ""] = path.split("?");
  for (const difference of differences({ method, path: plainPath, status: response.status, body: response.body }))
    found.add(difference);
  return response.body;
}

async function createCluster(engine: string, fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const layout = { size: "db-s-2vcpu-4gb", num_nodes: engine === "kafka" ? 3 : 1, region: "nyc3" };
  const rules = [{ type: "ip_addr", value: "192.0.2.1", description: "office" }];
  const created = await send("POST", "/v2/databases", { name: "orders", engine, ...layout, rules, ...fields });
  sandbox.passMs(1000);
  return `/v2/databases/${at(created, "database", "id")}`;
}

/** `protocol` is in DigitalOcean's Go client (digitalocean/godo v1.202.0, DatabaseConnection), not in its document. */
const ofConnections = [
  "/database/connection/protocol unknown",
  "/database/private_connection/protocol unknown",
  "/databases/*/connection/protocol unknown",
  "/databases/*/private_connection/protocol unknown",
];

/** The document has no paging here; the Go client sends `page` and `per_page` all the same. */
const ofPaging = ["/links unknown", "/meta unknown"];

test.each(["pg", "mysql", "mongodb", "kafka"])("responses about a cluster of %s", async (engine) => {
  const cluster = await createCluster(engine, { tags: ["shop"] });
  await send("GET", cluster);
  await send("GET", "/v2/databases?tag_name=shop");
  await send("GET", `${cluster}/firewall`);
  await send("POST", `${cluster}/dbs`, { name: "app" });
  await send("GET", `${cluster}/dbs/app`);
  await send("GET", `${cluster}/dbs`);
  await send("POST", `${cluster}/users`, { name: "app", settings: {} });
  await send("GET", `${cluster}/users/app`);
  await send("PUT", `${cluster}/users/app`, { settings: {} });
  await send("POST", `${cluster}/users/app/reset_auth`, {});
  await send("GET", `${cluster}/users?per_page=1`);
  if (engine === "mysql") await send("GET", `${cluster}/sql_mode`);
  expect([...found].sort()).toEqual([...ofConnections, ...ofPaging].sort());
});

test("responses about pools and replicas", async () => {
  await sandbox.set({ newReplicas: "shown" });
  const cluster = await createCluster("pg");
  found.clear();
  await send("POST", `${cluster}/pools`, { name: "app", mode: "session", size: 5, db: "defaultdb", user: "doadmin" });
  await send("GET", `${cluster}/pools/app`);
  await send("GET", `${cluster}/pools`);
  const size = "db-s-2vcpu-4gb";
  await send("POST", `${cluster}/replicas`, {
    name: "read-01",
    size,
    region: "",
    private_network_uuid: "",
    tags: ["a"],
  });
  await send("GET", `${cluster}/replicas/read-01`);
  await send("GET", `${cluster}/replicas`);
  const ofEach = ["/pool", "/pools/*", "/replica", "/replicas/*"].flatMap((place) =>
    ["connection", "private_connection"].map((key) => `${place}/${key}/protocol unknown`),
  );
  expect([...found].sort()).toEqual([...ofEach, ...ofPaging].sort());
});

test("responses about a caching cluster, and about one with an interface", async () => {
  const caching = await createCluster("valkey");
  await send("GET", caching);
  await send("GET", `${caching}/eviction_policy`);
  expect([...found]).toEqual(ofConnections.slice(0, 2));
  await send("GET", await createCluster("opensearch"));
  const ofInterface = ["/database/ui_connection/database unknown", "/database/ui_connection/protocol unknown"];
  expect([...found].sort()).toEqual([...ofConnections.slice(0, 2), ...ofInterface].sort());
});

/** The document has autoscaling in requests and in a resource of its own, but not in the cluster that is read. */
test.each([
  ["document", ["/database/autoscale unknown"]],
  ["godo", ["/database/storage_autoscale unknown", "/storage unknown"]],
  ["both", ["/database/autoscale unknown", "/database/storage_autoscale unknown", "/storage unknown"]],
] as const)("autoscaling in the form %s", async (autoscaleForm, expected) => {
  await sandbox.set({ autoscaleForm });
  const storage = { enabled: true, threshold_percent: 80, increment_gib: 10 };
  const cluster = await createCluster("pg", { autoscale: { storage } });
  await send("GET", `${cluster}/autoscale`);
  expect([...found].sort()).toEqual([...ofConnections.slice(0, 2), ...expected].sort());
});

test("responses about VPCs and their members", async () => {
  const id = at(await send("POST", "/v2/vpcs", { name: "shop", region: "nyc3" }), "vpc", "id");
  await send("GET", `/v2/vpcs/${id}`);
  await send("PUT", `/v2/vpcs/${id}`, { name: "shop-net" });
  await send("PATCH", `/v2/vpcs/${id}`, { description: "of the shop" });
  for (const page of [1, 2, 3]) await send("GET", `/v2/vpcs?per_page=1&page=${page}`);
  await sandbox.onlineCluster({ private_network_uuid: id });
  await send("GET", `/v2/vpcs/${id}/members`);
  expect([...found]).toEqual([]);
});

test("responses about tags", async () => {
  await send("POST", "/v2/tags", { name: "shop" });
  await sandbox.onlineCluster({ tags: ["shop"] });
  await send("GET", "/v2/tags/shop");
  await send("GET", "/v2/tags");
  // The document has "imgages".
  expect([...found].sort()).toEqual(["/tag/resources/images unknown", "/tags/*/resources/images unknown"]);
});

test("the comparison sees missing, mistyped, unknown and undocumented", () => {
  const path = "/v2/databases/1/dbs/app";
  const of = (body: unknown, status = 200): readonly string[] => differences({ method: "GET", path, status, body });
  expect(of({ db: { name: "app" } })).toEqual([]);
  expect(of({ db: { name: 1 } })).toEqual(["/db/name type"]);
  expect(of({ db: {} })).toEqual(["/db required"]);
  expect(of({ db: { name: "app", other: { x: 1 } } })).toEqual(["/db/other unknown"]);
  expect(of({})).toEqual([" required"]);
  expect(of({ db: { name: "app" } }, 201)).toEqual([`GET ${path} 201 is not documented`]);
});
