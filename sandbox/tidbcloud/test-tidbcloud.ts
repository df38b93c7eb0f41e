import { readFileSync } from "node:fs";
import { isJsonObject, type JsonObject, numberField, stringField } from "../kit/base/json-fields.js";
import { sandboxFiles } from "../kit/base/sandbox-files.js";
import { openTestSandbox, type TestResponse, type TestSandbox } from "../kit/testing/test-sandbox.js";
import { type ApiKey, ownerKey } from "./api-keys.js";
import { type DigestClient, digestClient } from "./test-digest-client.js";
import { tidbCloudVendor } from "./tidbcloud-vendor.js";

/** A sandbox of TiDB Cloud for tests, with calls as the owner. Creations and changes take 1000 ms of its clock. */
export interface TidbSandbox extends TestSandbox {
  readonly baseUrl: () => string;
  readonly send: (method: string, path: string, body?: unknown, key?: ApiKey) => Promise<TestResponse>;
  /** Sets settings, over the sandbox's own routes. */
  readonly set: (values: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Runs an action and gives its result. */
  readonly act: (name: string, fields: Readonly<Record<string, string>>) => Promise<JsonObject>;
  /** Creates a cluster, by default `dev` in Tokyo, and gives the response. */
  readonly create: (fields?: Readonly<Record<string, unknown>>) => Promise<JsonObject>;
  /** Creates a cluster, moves the clock on until it is ready, and gives its path. */
  readonly ready: (fields?: Readonly<Record<string, unknown>>) => Promise<string>;
}

/** Path of the clusters. */
export const clustersPath = "/v1beta1/clusters";

/** A request for a free cluster. */
export const smallCluster: JsonObject = { displayName: "dev-db", region: { name: "regions/aws-ap-northeast-1" } };

/** Opens a sandbox of TiDB Cloud in this process. */
export async function openTidbSandbox(): Promise<TidbSandbox> {
  const sandbox = await openTestSandbox([tidbCloudVendor]);
  const baseUrl = (): string => {
    const record: unknown = JSON.parse(readFileSync(sandboxFiles(sandbox.home).record, "utf8"));
    return `http://127.0.0.1:${isJsonObject(record) ? numberField(record, "port") : 0}`;
  };
  const clients = new Map<ApiKey, DigestClient>();
  const send: TidbSandbox["send"] = (method, path, body, key = ownerKey) => {
    const client = clients.get(key) ?? digestClient(baseUrl, key);
    clients.set(key, client);
    return client.send({ method, path, body });
  };
  const create: TidbSandbox["create"] = async (fields = {}) => {
    const response = await send("POST", clustersPath, { ...smallCluster, ...fields });
    if (response.status !== 200) throw new Error(`not created: ${response.status} ${response.text}`);
    return response.body;
  };
  return {
    ...sandbox,
    baseUrl,
    send,
    create,
    async set(values) {
      const response = await sandbox.admin("PUT", "settings/tidbcloud", values);
      if (response.status !== 200) throw new Error(response.text);
    },
    async act(name, fields) {
      const response = await sandbox.admin("POST", `actions/tidbcloud/${name}`, fields);
      const result = response.body["result"];
      if (response.status !== 200 || !isJsonObject(result)) throw new Error(response.text);
      return result;
    },
    async ready(fields) {
      const id = stringField(await create(fields), "clusterId");
      sandbox.passMs(1000);
      return `${clustersPath}/${id}`;
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
