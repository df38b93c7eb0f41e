import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isJsonObject, numberField, stringField } from "../base/json-fields.js";
import { serverClusterRanges } from "../base/pace.js";
import { Refusal } from "../base/refusal.js";
import { openTestSandbox, type TestResponse, type TestSandbox } from "../testing/test-sandbox.js";
import { collection } from "./collection.js";
import type { Collection, ResponseForm } from "./collection-definition.js";
import type { ItemStates, Timing } from "./item-state.js";
import { defineAdjustableVendor } from "./open-vendor.js";
import type { Paging } from "./paging.js";
import type { VendorRequest } from "./sandbox-vendor.js";

interface Zone {
  readonly id: string;
  readonly name: string;
  readonly plan: string;
  readonly meta: unknown;
  readonly timing?: Timing;
  readonly records: DnsRecord[];
}

interface DnsRecord {
  readonly id: string;
  readonly content: string;
  readonly timing?: Timing;
}

interface State {
  readonly version: 1;
  readonly zones: Zone[];
  readonly plans: string[];
}

type Request = VendorRequest<State, null, unknown>;

const byPage: Paging = { by: "page", position: "page", size: "per_page", preset: 2, most: 3 };
const byOffset: Paging = { by: "offset", position: "offset", size: "limit", preset: 2, most: 3 };
const byToken: Paging = {
  by: "token",
  position: "cursor",
  size: "limit",
  preset: 2,
  most: 3,
  invalid: (message) => new Refusal(400, message),
};

function form(paging: Paging): ResponseForm<Request> {
  return {
    paging,
    statuses: { create: 201, change: 200, delete: 200 },
    item: (_key, result) => ({ result }),
    list: (key, { items, total, previous, next, last, url }) => ({
      body: { result: items, key, total, previous, next, last },
      headers: next === undefined ? {} : { link: `<${url(next)}>; rel="next"` },
    }),
  };
}

const states: ItemStates<Request> = {
  create: "pending",
  change: "updating",
  leave: "deleting",
  ready: "active",
  busy: (id) => new Refusal(409, `${id} is busy`),
};

const plans = collection<Request, string>({
  path: "/t/plans/:plan",
  keys: ["plan", "plans"],
  form: { ...form(byOffset), statuses: { create: 201, change: 200, delete: 204 } },
  items: ({ state }) => state.plans,
  present: (stored) => ["free", ...stored],
  id: (name) => name,
  view: (name) => ({ name }),
  build: (body) => stringField(body, "name"),
  notFound: () => new Refusal(404, "no such plan"),
  fixed: () => new Refusal(403, "the free plan stays"),
  inUse: {
    by: (name, { state }) => state.zones.some(({ plan }) => plan === name),
    refusal: (name) => new Refusal(409, `${name} is in use`),
  },
});

const zones: Collection<Request, Zone> = collection({
  path: "/t/zones/:zone",
  keys: ["zone", "zones"],
  form: form(byPage),
  items: ({ state }) => state.zones,
  id: ({ id }) => id,
  view: ({ timing: _timing, records: _records, ...shown }, _request, { state }) => ({ ...shown, status: state }),
  build(body, request, old) {
    const name = stringField(body, "name");
    if (name === "") throw new Refusal(422, "name is required");
    const records = old?.records ?? [];
    return {
      id: old?.id ?? request.uuid(),
      name,
      plan: stringField(body, "plan"),
      meta: body["meta"] ?? null,
      records,
    };
  },
  notFound: (id) => new Refusal(404, `no zone ${id}`),
  unique: { key: ({ name }) => name.toLowerCase(), taken: (name) => new Refusal(409, `${name} exists`) },
  references: [{ field: "plan", to: plans, unknown: (plan) => new Refusal(400, `no plan ${plan}`) }],
  states,
  filters: { name: ({ name }, value) => name === value },
  changes: { PUT: "replace", PATCH: "merge" },
});

const records: Collection<Request, DnsRecord> = collection({
  path: "/t/zones/:zone/records/:record",
  keys: ["record", "records"],
  form: form(byToken),
  items: (request) => zones.item(request).records,
  id: ({ id }) => id,
  view: ({ id, content }, _request, { state }) => ({ id, content, state }),
  build: (body, request, old) => ({ id: old?.id ?? request.uuid(), content: stringField(body, "content") }),
  notFound: () => new Refusal(404, "no such record"),
  states: { create: "pending", leave: "leaving", ready: "active" },
  changes: { PUT: "replace" },
  respond: { create: ({ id }) => ({ status: 202, body: { taskId: id } }) },
});

const buckets: Collection<Request, string> = collection({
  path: "/t/buckets/:bucket",
  keys: ["bucket", "buckets"],
  form: form(byOffset),
  items: ({ state }) => state.plans,
  id: (name) => name,
  view: (name) => ({ name }),
  notFound: () => new Refusal(400, "bad_bucket_id"),
  operations: ["delete"],
  at: { delete: ["POST", "/t/delete_bucket"] },
  idIn: ({ body }) => stringField(body, "bucketId"),
});

const vendor = defineAdjustableVendor({
  name: "toy",
  pathPrefixes: ["/t"],
  settings: {},
  openMemory: () => undefined,
  routes: [
    ...plans.routes,
    ...zones.routes,
    ...records.routes,
    ...buckets.routes,
    { method: "GET", path: "/t/headers", handle: ({ headers }) => ({ status: 200, body: headers }) },
  ],
  initialState: (): State => ({ version: 1, zones: [], plans: [] }),
  acceptsState: (value): value is State => isJsonObject(value),
  authenticate: () => null,
  errorBody: (status, message) => ({ status, message }),
  headers: () => ({}),
  realRanges: serverClusterRanges,
  countObjects: ({ zones: all }) => ({ zones: all.length }),
  environment: () => ({}),
});

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await openTestSandbox([vendor]);
});
afterEach(() => sandbox.close());

const send = (method: string, path: string, body?: unknown): Promise<TestResponse> =>
  sandbox.call({ method, path: `/t/${path}`, body });
const resultOf = ({ body }: TestResponse): Readonly<Record<string, unknown>> =>
  isJsonObject(body["result"]) ? body["result"] : {};

async function outcome(method: string, path: string, body?: unknown): Promise<readonly unknown[]> {
  const response = await send(method, path, body);
  return [response.status, response.body["message"]];
}

async function readyZone(fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const created = await send("POST", "zones", { name: "a.example", ...fields });
  expect(created.status).toBe(201);
  sandbox.passMs(1000);
  return stringField(resultOf(created), "id");
}

describe("items of a collection", () => {
  test("are created, read, replaced and deleted, through their states", async () => {
    const id = stringField(resultOf(await send("POST", "zones", { name: "a.example", meta: { a: 1 } })), "id");
    const status = async (): Promise<unknown> => resultOf(await send("GET", `zones/${id}`))["status"];
    expect(await status()).toBe("pending");
    expect(await outcome("PUT", `zones/${id}`, { name: "b.example" })).toEqual([409, `${id} is busy`]);
    expect(await outcome("DELETE", `zones/${id}`)).toEqual([409, `${id} is busy`]);
    sandbox.passMs(1000);
    expect(await status()).toBe("active");
    const replaced = resultOf(await send("PUT", `zones/${id}`, { name: "b.example" }));
    expect(replaced).toEqual({ id, name: "b.example", plan: "", meta: null, status: "updating" });
    await sandbox.restart();
    sandbox.passMs(1000);
    expect(await status()).toBe("active");
    expect(resultOf(await send("DELETE", `zones/${id}`))["status"]).toBe("deleting");
    sandbox.passMs(100);
    expect(await status()).toBe("deleting");
    sandbox.passMs(100);
    expect(await outcome("GET", `zones/${id}`)).toEqual([404, `no zone ${id}`]);
    await readyZone({ name: "b.example" });
    expect((await send("GET", "zones")).body["total"]).toBe(1);
  });

  test("are merged as RFC 7396 has it", async () => {
    const id = await readyZone({ meta: { keep: 1, drop: 2, list: [1, 2] } });
    const merged = await send("PATCH", `zones/${id}`, { meta: { drop: null, list: [3], added: { x: null, y: 1 } } });
    expect(resultOf(merged)).toMatchObject({ id, name: "a.example" });
    expect(resultOf(merged)["meta"]).toEqual({ keep: 1, list: [3], added: { y: 1 } });
  });

  test("are refused with the declared status", async () => {
    const id = await readyZone();
    const other = await readyZone({ name: "b.example" });
    const table: readonly (readonly [string, string, object, number])[] = [
      ["POST", "zones", {}, 422],
      ["POST", "zones", { name: "A.EXAMPLE" }, 409],
      ["POST", "zones", { name: "c.example", plan: "gold" }, 400],
      ["PUT", `zones/${other}`, { name: "a.example" }, 409],
      ["PATCH", `zones/${other}`, { plan: "gold" }, 400],
      ["PATCH", `zones/${other}`, { name: null }, 422],
      ["PUT", "zones/none", { name: "x" }, 404],
      ["PATCH", `zones/${id}`, { name: "a.example" }, 200],
    ];
    for (const [method, path, body, status] of table)
      expect([method, body, (await send(method, path, body)).status]).toEqual([method, body, status]);
    expect((await send("GET", "zones")).body["total"]).toBe(2);
  });

  test("of a parent are found below it only, and not when it is gone", async () => {
    const [first, second] = [await readyZone(), await readyZone({ name: "b.example" })];
    const created = await send("POST", `zones/${first}/records`, { content: "192.0.2.1" });
    expect(created.status).toBe(202);
    const path = `records/${created.body["taskId"]}`;
    expect(resultOf(await send("GET", `zones/${first}/${path}`))["content"]).toBe("192.0.2.1");
    expect((await send("GET", `zones/${second}/${path}`)).status).toBe(404);
    expect(await outcome("POST", "zones/none/records", {})).toEqual([404, "no zone none"]);
    await send("PUT", `zones/${first}`, { name: "renamed.example" });
    expect((await send("GET", `zones/${first}/${path}`)).status).toBe(200);
    sandbox.passMs(1000);
    await send("DELETE", `zones/${first}`);
    sandbox.passMs(1000);
    expect(await outcome("GET", `zones/${first}/${path}`)).toEqual([404, `no zone ${first}`]);
  });

  test("that leave cannot be changed, and leave once; a change keeps the time of creation", async () => {
    const path = `zones/${await readyZone()}/records`;
    const record = `${path}/${(await send("POST", path, { content: "1" })).body["taskId"]}`;
    expect(resultOf(await send("PUT", record, { content: "2" }))).toMatchObject({ content: "2", state: "pending" });
    sandbox.passMs(1000);
    expect(resultOf(await send("GET", record))).toMatchObject({ content: "2", state: "active" });
    await send("DELETE", record);
    expect((await send("PUT", record, { content: "3" })).status).toBe(404);
    sandbox.passMs(100);
    expect(resultOf(await send("DELETE", record))).toMatchObject({ content: "2", state: "leaving" });
    sandbox.passMs(50);
    expect((await send("GET", record)).status).toBe(404);
  });

  test("that others refer to, or that are not stored, stay", async () => {
    await send("POST", "plans", { name: "gold" });
    const id = await readyZone({ plan: "gold" });
    expect(await outcome("DELETE", "plans/gold")).toEqual([409, "gold is in use"]);
    expect(await outcome("DELETE", "plans/free")).toEqual([403, "the free plan stays"]);
    await send("PUT", `zones/${id}`, { name: "a.example", plan: "free" });
    expect((await send("DELETE", "plans/gold")).status).toBe(204);
    expect((await send("GET", "plans/gold")).status).toBe(404);
  });

  test("can be named in the body, with a method and path of their own", async () => {
    await send("POST", "plans", { name: "gold" });
    expect(await outcome("POST", "delete_bucket", { bucketId: "none" })).toEqual([400, "bad_bucket_id"]);
    expect(await send("POST", "delete_bucket", { bucketId: "gold" })).toMatchObject({ status: 200 });
    expect((await send("GET", "plans")).body["result"]).toEqual([{ name: "free" }]);
    expect((await send("DELETE", "buckets/gold")).status).toBe(404);
  });
});

describe("lists of a collection", () => {
  test("by page number, with filters", async () => {
    for (const name of ["a", "b", "c", "d", "e"]) await send("POST", "zones", { name });
    const names = async (query: string): Promise<unknown> => {
      const { body } = await send("GET", `zones${query}`);
      const items = Array.isArray(body["result"]) ? body["result"].map((zone) => stringField(zone, "name")) : [];
      return [items.join(""), body["previous"] ?? "", body["next"] ?? "", body["last"] ?? ""];
    };
    expect(await names("")).toEqual(["ab", "", "2", "3"]);
    expect(await names("?page=3")).toEqual(["e", "2", "", ""]);
    expect(await names("?page=2&per_page=100")).toEqual(["de", "1", "", ""]);
    expect(await names("?page=none&per_page=-1")).toEqual(["ab", "", "2", "3"]);
    expect(await names("?page=9")).toEqual(["", "8", "", ""]);
    expect(await names("?name=d")).toEqual(["d", "", "", ""]);
    const link = (await send("GET", "zones?per_page=1")).headers.get("link") ?? "";
    const next = await fetch(/<(.*)>/.exec(link)?.[1] ?? "");
    expect(await next.json()).toMatchObject({ result: [{ name: "b" }] });
  });

  test("by offset", async () => {
    for (const name of ["a", "b", "c"]) await send("POST", "plans", { name });
    const { body } = await send("GET", "plans?offset=1&limit=2");
    expect(body).toMatchObject({ result: [{ name: "a" }, { name: "b" }], previous: "0", next: "3", total: 4 });
  });

  test("by token, which is bound to the other parameters", async () => {
    const path = `zones/${await readyZone()}/records`;
    for (const content of ["1", "2", "3"]) await send("POST", path, { content });
    const first = await send("GET", `${path}?limit=2`);
    const token = stringField(first.body, "next");
    const second = await send("GET", `${path}?limit=2&cursor=${token}`);
    expect([numberField(second.body, "total"), second.body["result"]]).toEqual([
      3,
      [{ id: expect.any(String), content: "3", state: "pending" }],
    ]);
    expect(second.body).not.toHaveProperty("next");
    for (const query of [`limit=3&cursor=${token}`, "cursor=nonsense", "limit=many"])
      expect((await send("GET", `${path}?${query}`)).status).toBe(400);
  });
});

test("handlers get all headers, by names in lower case", async () => {
  const headers = { "X-Api-Key": "key", "cf-r2-jurisdiction": "eu" };
  const { body } = await sandbox.call({ method: "GET", path: "/t/headers", headers });
  expect(body).toMatchObject({ "x-api-key": "key", "cf-r2-jurisdiction": "eu" });
});
