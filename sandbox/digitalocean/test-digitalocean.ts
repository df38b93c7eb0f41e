import { isJsonObject, type JsonObject, objectField, stringField } from "../kit/base/json-fields.js";
import { openTestSandbox, type TestResponse, type TestSandbox } from "../kit/testing/test-sandbox.js";
import { defaultToken } from "./accounts.js";
import { digitalOceanVendor } from "./digitalocean-vendor.js";
import type { DigitalOceanSettings } from "./settings.js";

/** A sandbox of DigitalOcean for tests, with calls as the default account. */
export interface DigitalOceanSandbox extends TestSandbox {
  readonly send: (method: string, path: string, body?: unknown, token?: string) => Promise<TestResponse>;
  /** Sets settings, over the sandbox's own routes. */
  readonly set: (values: Partial<DigitalOceanSettings>) => Promise<void>;
  /** Creates a cluster, by default one PostgreSQL node in nyc3, and gives the response's `database`. */
  readonly createCluster: (fields?: Readonly<Record<string, unknown>>) => Promise<JsonObject>;
  /** Creates a cluster and moves the clock on until it is online; gives its id. */
  readonly onlineCluster: (fields?: Readonly<Record<string, unknown>>) => Promise<string>;
}

/** Fields of a request for a small PostgreSQL cluster, as DigitalOcean's Go client sends them. */
export const smallCluster: Readonly<Record<string, unknown>> = {
  name: "dev-postgres",
  engine: "pg",
  version: "16",
  size: "db-s-1vcpu-1gb",
  region: "nyc3",
  num_nodes: 1,
  private_network_uuid: "",
  project_id: "",
  rules: null,
};

/** Opens a sandbox of DigitalOcean in this process. */
export async function openDigitalOceanSandbox(): Promise<DigitalOceanSandbox> {
  const sandbox = await openTestSandbox([digitalOceanVendor]);
  const send: DigitalOceanSandbox["send"] = (method, path, body, token = defaultToken) =>
    sandbox.call({ method, path, body, token });
  const createCluster: DigitalOceanSandbox["createCluster"] = async (fields = {}) => {
    const response = await send("POST", "/v2/databases", { ...smallCluster, ...fields });
    const database = objectField(response.body, "database");
    if (database === undefined) throw new Error(`not created: ${response.status} ${JSON.stringify(response.body)}`);
    return database;
  };
  return {
    ...sandbox,
    send,
    async set(values) {
      const response = await sandbox.admin("PUT", "settings/digitalocean", values);
      if (response.status !== 200) throw new Error(`not set: ${response.status} ${response.text}`);
    },
    createCluster,
    async onlineCluster(fields) {
      const id = stringField(await createCluster(fields), "id");
      sandbox.passMs(1000);
      return id;
    },
  };
}

/** The value at a path of keys and list indexes in a JSON value; undefined when there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (typeof key === "number") return Array.isArray(inner) ? inner[key] : undefined;
    return isJsonObject(inner) ? inner[key] : undefined;
  }, value);
}
