import { expect, it } from "vitest";
import type { VendorContext } from "../../../contract/vendor.js";
import type { clusterParts } from "./cluster-parts.js";
import { findCreated, refusalOf } from "./find-created.js";
import { readExisting } from "./read-existing.js";

const clusterId = "9cc10173-e9ea-4176-9dbc-a4cee4c4ff30";
const list = `/v2/databases/${clusterId}`;

/** A DigitalOcean that has these bodies, and 404 for every other path; a number is a status. */
function vendorOf(bodies: Readonly<Record<string, object | number>>): VendorContext {
  return {
    credentials: { api_token: "dop_v1_marker" },
    env: { DIGITALOCEAN_API_URL: "http://127.0.0.1:1" },
    fetch: async (url) => {
      const found = bodies[url.replace("http://127.0.0.1:1", "")] ?? 404;
      const status = typeof found === "number" ? found : 200;
      return new Response(JSON.stringify(typeof found === "number" ? {} : found), { status });
    },
  };
}

type PartType = keyof typeof clusterParts;
const user: PartType = "digitalocean:index/databaseUser:DatabaseUser";
const replica: PartType = "digitalocean:index/databaseReplica:DatabaseReplica";
const others = [
  [user, "users/app", "user", `${clusterId}/user/app`],
  ["digitalocean:index/databaseDb:DatabaseDb", "dbs/app", "db", `${clusterId}/database/app`],
  ["digitalocean:index/databaseConnectionPool:DatabaseConnectionPool", "pools/app", "pool", `${clusterId}/app`],
] as const;

const pending = (type: string, inputs: object = {}) => ({
  type,
  inputs: { clusterId, name: "app", ...inputs },
  owner: "shop-dev",
});

it.each(others)("finds %s by its name, with the id of the state and that of an import", async (type, path, key, id) => {
  const context = vendorOf({ [`${list}/${path}`]: { [key]: { name: "app", password: "marker" } } });
  const found = await findCreated(pending(type), context);
  expect(found).toEqual([
    {
      id,
      importId: `${clusterId},app`,
      description: expect.stringContaining("app"),
      ours: false,
      takesMark: false,
      isReady: true,
    },
  ]);
  expect(await readExisting({ type, id, inputs: {} }, context)).toEqual({ tags: [] });
  expect(await findCreated(pending(type), vendorOf({}))).toEqual([]);
  expect(await readExisting({ type, id, inputs: {} }, vendorOf({}))).toBe("absent");
});

it("says of a user without a password that an import lacks it", async () => {
  const found = await findCreated(pending(user), vendorOf({ [`${list}/users/app`]: { user: { name: "app" } } }));
  expect(found?.map(({ afterImport = "" }) => afterImport.includes("reset_auth"))).toEqual([true]);
});

it("finds replicas of the name, and those with the owner's tag, which are ours", async () => {
  const made = { region: "nyc3", status: "online", created_at: "2026-11-21T12:00:05Z" };
  const replicas = [
    { ...made, name: "app", tags: ["planton:other"], status: "forking" },
    { ...made, name: "renamed", tags: ["Planton:Shop-Dev"] },
    { ...made, name: "else", tags: null },
  ];
  const context = vendorOf({ [`${list}/replicas?page=1&per_page=200`]: { replicas } });
  const found = await findCreated(pending(replica), context);
  expect(found?.map(({ id, ours, takesMark, isReady }) => [id, ours, takesMark, isReady])).toEqual([
    [`${clusterId}/replicas/app`, false, true, false],
    [`${clusterId}/replicas/renamed`, true, true, true],
  ]);
  const startedAtMs = Date.parse("2026-11-21T13:00:00Z");
  const later = await findCreated({ ...pending(replica), startedAtMs }, context);
  expect(later?.map(({ ours }) => ours)).toEqual([false, false]);
});

it("finds nothing where the cluster is not known yet", async () => {
  expect(await findCreated(pending(user, { clusterId: undefined }), vendorOf({}))).toEqual([]);
});

it.each([user, replica])("does not take what it may not read for nothing: %s", async (type) => {
  const bodies = { [`${list}/users/app`]: 403, [`${list}/replicas?page=1&per_page=200`]: 403 };
  await expect(findCreated(pending(type), vendorOf(bodies))).rejects.toMatchObject({ code: "E_VENDOR" });
});

it.each([
  [user, "users", '422 (request "r-1") invalid user name', "refused"],
  [user, "users", '409 (request "r-1") user already exists', "name taken"],
  [user, "users", '409 (request "r-1") conflict', undefined],
  [user, "dbs", '422 (request "r-1") invalid database name', undefined],
  [replica, "replicas", '422 (request "r-1") cluster name is not available', "name taken"],
  [replica, "replicas", "500 oops", undefined],
  [others[2][0], "pools", '422 (request "r-1") pool name is not available', "name taken"],
  [others[2][0], "pools", '422 (request "r-1") invalid pool size', "refused"],
  [others[1][0], "dbs", '422 (request "r-1") database already exists', "name taken"],
] as const)("distinguishes refusals of %s from what is not known: %s %s", (type, path, response, refusal) => {
  expect(refusalOf(type, `Error creating it: POST https://api.digitalocean.com${list}/${path}: ${response}`)).toBe(
    refusal,
  );
});
