import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that the fake got. */
export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown> | undefined;
  readonly token: string;
}

/** What a planned fault does to the next request that it fits. */
export interface FakeFault {
  readonly method: string;
  readonly path: RegExp;
  /** Answered instead of doing anything; absent: what was asked is done, then the connection is dropped. */
  readonly status?: number;
  /** Drops the connection in the middle of the answer instead of before it. */
  readonly cut?: true;
  readonly message?: string;
  readonly headers?: Record<string, string>;
}

type Json = Record<string, unknown>;

/** A small DigitalOcean for tests of the plugin: keeps clusters and networks in memory and writes every request down. */
export interface FakeDigitalOcean {
  readonly url: string;
  readonly requests: FakeRequest[];
  readonly clusters: Map<string, Json>;
  readonly vpcs: Map<string, Json>;
  /** Answers to GET below a cluster, by id and path: `<id>/autoscale`. */
  readonly parts: Map<string, Json>;
  /** Used up one by one. */
  readonly faults: FakeFault[];
  /** Readings of a new or changed cluster before it is online; Infinity: never. */
  creatingReads: number;
  /** False: answers to GET hold no password. */
  tellsPassword: boolean;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Json | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? undefined : JSON.parse(text);
}

function connection(host: string) {
  return {
    protocol: "postgresql",
    uri: `postgresql://doadmin:s3cret%2Fpw@${host}:25060/defaultdb?sslmode=require`,
    database: "defaultdb",
    host,
    port: 25060,
    user: "doadmin",
    password: "s3cret/pw",
    ssl: true,
  };
}

function newCluster(body: Json, number: number): Json {
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
  const region = body["region"];
  return {
    ...{ id, name: body["name"], engine: body["engine"], version: body["version"], region },
    ...{ size: body["size"], num_nodes: body["num_nodes"], tags: body["tags"] ?? null, status: "creating" },
    storage_size_mib: body["storage_size_mib"] ?? 30720,
    private_network_uuid: body["private_network_uuid"] || "11111111-1111-4111-8111-111111111111",
    project_id: body["project_id"] || "22222222-2222-4222-8222-222222222222",
    maintenance_window: { day: "monday", hour: "03:00:00" },
    connection: connection(`${body["name"]}.db.example`),
    private_connection: connection(`private-${body["name"]}.db.example`),
    metrics_endpoints: [{ host: "metrics.example", port: 9273 }],
    ...(body["storage_autoscale"] ? { storage_autoscale: body["storage_autoscale"] } : {}),
  };
}

/** Starts a fake on a free loopback port. */
export async function startFakeDigitalOcean(): Promise<FakeDigitalOcean> {
  const fake: Omit<FakeDigitalOcean, "url" | "close"> = {
    requests: [],
    clusters: new Map(),
    vpcs: new Map(),
    parts: new Map(),
    faults: [],
    creatingReads: 1,
    tellsPassword: true,
  };
  const readsLeft = new Map<string, number>();
  let made = 0;

  const visible = (cluster: Json): Json => {
    if (fake.tellsPassword) return cluster;
    return { ...cluster, connection: { ...connection(String(cluster["name"])), password: "" } };
  };

  const clusterPart = (method: string, id: string, part: string, body: Json): [number, Json?] => {
    const cluster = fake.clusters.get(id);
    if (cluster === undefined) return [404, { message: "cluster not found" }];
    if (method === "GET" && part === "") {
      const left = readsLeft.get(id) ?? 0;
      readsLeft.set(id, left - 1);
      cluster["status"] = left > 0 ? "creating" : "online";
      return [200, { database: visible(cluster) }];
    }
    if (method === "DELETE") return fake.clusters.delete(id) ? [204] : [404];
    if (method === "GET") return [200, fake.parts.get(id + part) ?? (part === "/firewall" ? { rules: [] } : {})];
    if (part === "/resize") Object.assign(cluster, body);
    if (part === "/migrate") cluster["region"] = body["region"];
    if (part === "/upgrade") cluster["version"] = body["version"];
    if (part === "/maintenance") cluster["maintenance_window"] = { ...body, hour: `${body["hour"]}:00` };
    if (part === "/autoscale") cluster["storage_autoscale"] = body["storage"];
    if (part === "/firewall") {
      const rules = body["rules"] as Json[];
      fake.parts.set(id + part, {
        rules: rules.map((rule) => ({
          ...rule,
          uuid: rule["uuid"] || `rule-${++made}`,
          created_at: "2026-01-02T03:04:05.6Z",
        })),
      });
    } else fake.parts.set(id + part, body);
    if (part === "/resize" || part === "/migrate") readsLeft.set(id, fake.creatingReads);
    return [part === "/resize" || part === "/migrate" ? 202 : 204];
  };

  const tagged = (method: string, tag: string, body: Json): [number, Json?] => {
    for (const { resource_id } of body["resources"] as Json[]) {
      const cluster = fake.clusters.get(String(resource_id));
      const tags = ((cluster?.["tags"] as string[] | null) ?? []).filter((old) => old !== tag);
      if (cluster) cluster["tags"] = method === "POST" ? [...tags, tag] : tags;
    }
    return [204];
  };

  const vpcCall = (method: string, id: string, body: Json): [number, Json?] => {
    const vpc = fake.vpcs.get(id);
    if (vpc === undefined) return [404, { message: "vpc not found" }];
    if (method === "DELETE") return fake.vpcs.delete(id) ? [204] : [404];
    if (method === "PUT") Object.assign(vpc, body);
    return [200, { vpc }];
  };

  const route = (method: string, path: string, body: Json): [number, Json?] => {
    const [pathname = ""] = path.split("?");
    const [, , collection, name = "", ...rest] = pathname.split("/").map(decodeURIComponent);
    if (collection === "databases" && name !== "")
      return clusterPart(method, name, rest.map((r) => `/${r}`).join(""), body);
    if (collection === "databases" && method === "POST") {
      const cluster = newCluster(body, ++made);
      fake.clusters.set(String(cluster["id"]), cluster);
      readsLeft.set(String(cluster["id"]), fake.creatingReads);
      return [201, { database: cluster }];
    }
    if (collection === "databases") return [200, { databases: [...fake.clusters.values()].map(visible), links: {} }];
    if (collection === "tags") return rest.length > 0 ? tagged(method, name, body) : [201, { tag: body }];
    if (collection === "vpcs" && name !== "") return vpcCall(method, name, body);
    if (collection === "vpcs" && method === "POST") {
      const id = `33333333-3333-4333-8333-${String(++made).padStart(12, "0")}`;
      const vpc = { ip_range: "10.1.0.0/20", description: "", ...body, id, urn: `do:vpc:${id}`, default: false };
      fake.vpcs.set(id, { ...vpc, created_at: "2026-01-02T03:04:05.060Z" });
      return [201, { vpc }];
    }
    return collection === "vpcs"
      ? [200, { vpcs: [...fake.vpcs.values()], links: {} }]
      : [404, { message: "no such route" }];
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "GET", url: path = "/" } = request;
    const body = await bodyOf(request);
    const token = (request.headers.authorization ?? "").replace("Bearer ", "");
    fake.requests.push({ method, path, body, token });
    const index = fake.faults.findIndex((fault) => fault.method === method && fault.path.test(path));
    const [fault] = index < 0 ? [] : fake.faults.splice(index, 1);
    const [status, json] =
      fault?.status === undefined
        ? route(method, path, body ?? {})
        : [fault.status, { id: "fault", message: fault.message ?? "a fault", request_id: "req-1" }];
    if (fault !== undefined && fault.status === undefined && !fault.cut) return void response.destroy();
    response.writeHead(status, { "content-type": "application/json", ...fault?.headers });
    if (fault?.cut) response.write(JSON.stringify(json).slice(0, 5), () => response.destroy());
    else response.end(json === undefined ? undefined : JSON.stringify(json));
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A listening TCP server has an address of this shape.
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return Object.assign(fake, { url: `http://127.0.0.1:${port}`, close });
}
