import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isJsonObject } from "../kit/base/json-fields.js";
import { defaultToken } from "./accounts.js";
import { vendorRoutes } from "./gen/routes.js";
import { at, type DigitalOceanSandbox, openDigitalOceanSandbox } from "./test-digitalocean.js";

/** A client of the vendor's own, by what it puts into every request. */
interface Client {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Headers that it adds to a request with a body. */
  readonly bodyHeaders: Readonly<Record<string, string>>;
  /** What it appends to a JSON body. */
  readonly bodyEnd: string;
  /** Query of its requests for lists. */
  readonly paging: string;
}

const clients: readonly Client[] = [
  {
    // digitalocean/godo v1.202.0, NewRequest: json.Encoder ends with a line feed; the content type is sent without a
    // body too.
    name: "godo",
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      "user-agent": "doctl/1.146.0 godo/1.202.0",
    },
    bodyHeaders: {},
    bodyEnd: "\n",
    paging: "page=1&per_page=200",
  },
  {
    // pydo 0.44.0 on azure-core 1.41.0, recorded from the wire on 2026-11-30.
    name: "pydo",
    headers: {
      accept: "application/json",
      "accept-encoding": "gzip, deflate",
      "user-agent": "azsdk-python-pydo/0.44.0 Python/3.11.7",
      "x-ms-client-request-id": "9f73cc48-ed10-11f1-a284-02fc00000001",
    },
    bodyHeaders: { "content-type": "application/json" },
    bodyEnd: "",
    paging: "",
  },
];

/** A request for a route; `:name` in the path and in bodies is an id that the run has noted. */
interface Row {
  readonly route: string;
  readonly status: number;
  /** By client: undefined is no body. What godo leaves out (omitempty) is not there, what it sends empty is. */
  readonly godo?: object;
  readonly pydo?: object;
  readonly isList?: true;
  readonly query?: string;
  /** Where the response holds an id, and its name in later paths. */
  readonly note?: readonly [name: string, ...path: string[]];
  /** Waits until what was begun is done. */
  readonly waits?: true;
}

const both = (body: object): Pick<Row, "godo" | "pydo"> => ({ godo: body, pydo: body });
const of = (route: string, status: number, more: Omit<Row, "route" | "status"> = {}): Row => ({
  route,
  status,
  ...more,
});
const resources = (id: string) => both({ resources: [{ resource_id: id, resource_type: "database" }] });

const cluster = { name: "orders", engine: "pg", version: "16", size: "db-s-2vcpu-4gb", region: "nyc3", num_nodes: 1 };

/** In an order in which each finds what it needs. */
const rows: readonly Row[] = [
  of("GET /v2/account", 200),
  of("GET /v2/databases/options", 200),
  of("POST /v2/vpcs", 201, { ...both({ name: "net", region: "fra1" }), note: ["vpc", "vpc", "id"] }),
  of("GET /v2/vpcs", 200, { isList: true }),
  of("GET /v2/vpcs/:vpc", 200),
  of("PUT /v2/vpcs/:vpc", 200, { godo: { name: "net-2", description: "a" }, pydo: { name: "net-2" } }),
  of("PATCH /v2/vpcs/:vpc", 200, both({ description: "d" })),
  of("GET /v2/vpcs/:vpc/members", 200, { isList: true }),
  of("POST /v2/databases", 201, {
    godo: { ...cluster, private_network_uuid: "", project_id: "", tags: ["shop"], rules: null },
    pydo: { ...cluster, tags: ["shop"], rules: [{ type: "ip_addr", value: "192.0.2.1" }] },
    note: ["cluster", "database", "id"],
    waits: true,
  }),
  of("GET /v2/databases", 200, { isList: true, query: "tag_name=shop" }),
  of("GET /v2/databases/:cluster", 200),
  of("PUT /v2/databases/:cluster/resize", 202, { ...both({ size: "db-s-4vcpu-8gb", num_nodes: 1 }), waits: true }),
  of("PUT /v2/databases/:cluster/migrate", 202, {
    godo: { region: "fra1", private_network_uuid: "" },
    pydo: { region: "fra1" },
    waits: true,
  }),
  of("PUT /v2/databases/:cluster/maintenance", 204, both({ day: "friday", hour: "03:00" })),
  of("GET /v2/databases/:cluster/firewall", 200),
  of("PUT /v2/databases/:cluster/firewall", 204, {
    godo: {
      rules: [
        { uuid: "", cluster_uuid: "", type: "ip_addr", value: "192.0.2.2", created_at: "0001-01-01T00:00:00Z" },
        { uuid: "", cluster_uuid: "", type: "tag", value: "shop", created_at: "0001-01-01T00:00:00Z" },
      ],
    },
    pydo: { rules: [{ type: "ip_addr", value: "192.0.2.2" }] },
  }),
  of("GET /v2/databases/:cluster/users", 200, { isList: true }),
  of("POST /v2/databases/:cluster/users", 201, { ...both({ name: "app" }), note: ["user", "user", "name"] }),
  of("GET /v2/databases/:cluster/users/:user", 200),
  of("PUT /v2/databases/:cluster/users/:user", 201, { godo: { settings: {} }, pydo: { settings: {} } }),
  of("POST /v2/databases/:cluster/users/:user/reset_auth", 200, both({})),
  of("GET /v2/databases/:cluster/dbs", 200, { isList: true }),
  of("POST /v2/databases/:cluster/dbs", 201, { ...both({ name: "shop" }), note: ["database", "db", "name"] }),
  of("GET /v2/databases/:cluster/dbs/:database", 200),
  of("GET /v2/databases/:cluster/pools", 200, { isList: true }),
  of("POST /v2/databases/:cluster/pools", 201, {
    godo: { user: "", name: "pool", size: 5, db: "shop", mode: "session" },
    pydo: { name: "pool", mode: "session", size: 5, db: "shop", user: "app" },
    note: ["pool", "pool", "name"],
  }),
  of("GET /v2/databases/:cluster/pools/:pool", 200),
  of("PUT /v2/databases/:cluster/pools/:pool", 204, {
    godo: { size: 6, db: "shop", mode: "transaction" },
    pydo: { mode: "transaction", size: 6, db: "shop", user: "app" },
  }),
  of("DELETE /v2/databases/:cluster/pools/:pool", 204),
  of("DELETE /v2/databases/:cluster/dbs/:database", 204),
  of("DELETE /v2/databases/:cluster/users/:user", 204),
  of("POST /v2/databases/:cluster/replicas", 201, {
    godo: { name: "read", region: "", size: "db-s-4vcpu-8gb", private_network_uuid: "" },
    pydo: { name: "read", region: "fra1", size: "db-s-4vcpu-8gb" },
    note: ["replica", "replica", "name"],
    waits: true,
  }),
  of("GET /v2/databases/:cluster/replicas", 200, { isList: true }),
  of("GET /v2/databases/:cluster/replicas/:replica", 200),
  of("DELETE /v2/databases/:cluster/replicas/:replica", 204),
  of("GET /v2/databases/:cluster/autoscale", 200),
  of("PUT /v2/databases/:cluster/autoscale", 204, {
    ...both({ storage: { enabled: true, threshold_percent: 80, increment_gib: 10 } }),
  }),
  of("PUT /v2/databases/:cluster/upgrade", 204, { ...both({ version: "17" }), waits: true }),
  // What only other engines have is refused with the vendor's own words, not as an unknown route.
  of("GET /v2/databases/:cluster/sql_mode", 422),
  of("PUT /v2/databases/:cluster/sql_mode", 422, both({ sql_mode: "ANSI" })),
  of("GET /v2/databases/:cluster/eviction_policy", 422),
  of("PUT /v2/databases/:cluster/eviction_policy", 422, both({ eviction_policy: "noeviction" })),
  of("POST /v2/tags", 201, { ...both({ name: "web" }), note: ["tag", "tag", "name"] }),
  of("GET /v2/tags", 200, { isList: true }),
  of("GET /v2/tags/:tag", 200),
  of("POST /v2/tags/:tag/resources", 204, resources(":cluster")),
  of("DELETE /v2/tags/:tag/resources", 204, resources(":cluster")),
  of("DELETE /v2/tags/:tag", 204),
  of("DELETE /v2/databases/:cluster", 204),
  of("DELETE /v2/vpcs/:vpc", 204),
];

test("every route of the stand-in has a row", () => {
  const routes = vendorRoutes.map(({ method, path }) => `${method} ${path}`);
  expect([...new Set(rows.map(({ route }) => route))].sort()).toEqual([...new Set(routes)].sort());
});

describe.each(clients)("requests as $name builds them", (client) => {
  let sandbox: DigitalOceanSandbox;
  const noted = new Map<string, string>();
  beforeAll(async () => {
    sandbox = await openDigitalOceanSandbox();
  });
  afterAll(() => sandbox.close());
  const withIds = (text: string): string =>
    text.replaceAll(/:([a-z]+)\b/g, (whole, name: string) => noted.get(name) ?? whole);

  async function send(row: Row): Promise<{ readonly status: number; readonly body: unknown; readonly text: string }> {
    const [method = "", path = ""] = row.route.split(" ");
    const body = client.name === "godo" ? row.godo : row.pydo;
    const query = [row.query ?? "", row.isList ? client.paging : ""].filter((part) => part !== "").join("&");
    const base = sandbox.environment["DIGITALOCEAN_API_URL"] ?? "";
    const response = await fetch(`${base}${withIds(path)}${query === "" ? "" : `?${query}`}`, {
      method,
      headers: {
        ...client.headers,
        ...(body === undefined ? {} : client.bodyHeaders),
        authorization: `Bearer ${defaultToken}`,
      },
      ...(body === undefined ? {} : { body: withIds(JSON.stringify(body)) + client.bodyEnd }),
    });
    const text = await response.text();
    return { status: response.status, text, body: text === "" ? {} : JSON.parse(text) };
  }

  test.each(rows)("$route: $status", async (row) => {
    const response = await send(row);
    expect([response.status, response.status === row.status ? "" : response.text]).toEqual([row.status, ""]);
    if (row.note !== undefined) {
      const [name, ...path] = row.note;
      noted.set(name, String(at(response.body, ...path)));
    }
    if (row.isList) expect(isJsonObject(response.body) && at(response.body, "meta", "total")).not.toBeUndefined();
    if (row.waits) sandbox.passMs(1000);
  });
});
