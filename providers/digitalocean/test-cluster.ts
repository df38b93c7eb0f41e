import type { Properties, PropertyMap } from "../kit/schema/property-value.js";
import { plain, TestCallError } from "../kit/testing/test-client.js";
import type { TestPlugin } from "./test-plugin.js";

/** Type of the resource under test. */
export const clusterTarget = { type: "digitalocean:index/databaseCluster:DatabaseCluster" };

/** Inputs of a small cluster. */
export const basicCluster = {
  name: "db-1",
  engine: "pg",
  version: "16",
  region: "nyc3",
  size: "db-s-1vcpu-2gb",
  nodeCount: 1,
};

/** Outputs of a cluster that are secret. */
export const clusterSecrets: ReadonlySet<string> = new Set(["password", "privateUri", "uri"]);

/** A cluster as an engine keeps it. */
export interface CreatedCluster {
  readonly id: string;
  readonly inputs: Properties;
  readonly state: Properties;
}

/** Checks and creates a cluster. */
export async function createCluster({ client }: TestPlugin, values: PropertyMap): Promise<CreatedCluster> {
  const { inputs, failures } = await client.check(clusterTarget, plain(values));
  if (failures.length > 0) throw new Error(JSON.stringify(failures));
  return { inputs, ...(await client.create(clusterTarget, inputs)) };
}

/** The error of a call. Throws when it does not fail. */
export async function failureOfCall(call: Promise<unknown>): Promise<TestCallError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof TestCallError) return error;
  throw new Error("the call did not fail");
}
