import { join } from "node:path";
import { expect } from "vitest";
import { tidbCloudOf } from "../../clients/tidbcloud.js";
import { nodeTransport } from "../../http/transport.js";
import { changeSettings, runAction } from "../../sandbox/kit/client/adjust-sandbox.js";
import { openBed, type PlantonBed } from "./planton-bed.js";

/** A bed whose sandbox lets the tests ask as often as they like. */
export async function openTidbCloudBed(): Promise<PlantonBed> {
  const bed = await openBed();
  await changeSettings(bed.home, { vendor: "tidbcloud", values: { rateLimitPerMinute: 1_000_000, freeClusters: 50 } });
  return bed;
}

/** A cluster as the API shows it in its list. */
export type ListedCluster = Readonly<Record<string, unknown>>;

/** Clusters of a name that are not deleted. */
export async function clustersNamed(bed: PlantonBed, name: string): Promise<readonly ListedCluster[]> {
  const client = tidbCloudOf("serverless", {
    credentials: {
      public_key: bed.env["TIDBCLOUD_PUBLIC_KEY"] ?? "",
      private_key: bed.env["TIDBCLOUD_PRIVATE_KEY"] ?? "",
    },
    env: bed.env,
    fetch: nodeTransport,
  });
  const body = await client.call({ method: "GET", path: "/v1beta1/clusters?pageSize=100" });
  // The list is checked by the sandbox's own tests.
  const all = (body["clusters"] ?? []) as ListedCluster[];
  return all.filter(({ displayName, state }) => displayName === name && state !== "DELETED" && state !== "DELETING");
}

/** Text of a stack input for a cluster; `spec` are further lines of the spec. */
export function serverlessInput(name: string, spec: readonly string[] = []): string {
  return `target:
  apiVersion: tidb-cloud.planton.dev/v1
  kind: TiDBCloudServerlessCluster
  metadata:
    name: ${name}
  spec:
    region: aws-us-east-1
${spec.map((line) => `    ${line}\n`).join("")}`;
}

/** Name of the stack of such a stack input. */
export const serverlessStack = (name: string): string => `sandbox.tidb.${name}`;

/** Outputs of a stack with its secrets. */
export async function shownOutputs(
  bed: PlantonBed,
  name: string,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Record<string, unknown>> {
  const json = await bed.pulumi(["stack", "output", "--json", "--show-secrets", "--stack", serverlessStack(name)], {
    cwd: join(bed.folder, name),
    env,
  });
  expect(json.code, json.all).toBe(0);
  return JSON.parse(json.stdout) as Record<string, unknown>;
}

/**
 * What must hold at the end: one cluster of the name, which is the one in the state, usable with the password among the
 * outputs, and nothing to change.
 */
export async function expectUsable(bed: PlantonBed, name: string): Promise<void> {
  const found = await clustersNamed(bed, name);
  expect(found).toHaveLength(1);
  const outputs = await shownOutputs(bed, name);
  expect(outputs).toMatchObject({ cluster_id: found[0]?.["clusterId"], state: "ACTIVE", adopted: false });
  const url = new URL(String(outputs["connection_uri"]));
  expect([url.hostname, url.port, decodeURIComponent(url.username), decodeURIComponent(url.password)]).toEqual([
    outputs["host"],
    String(outputs["port"]),
    outputs["username"],
    outputs["password"],
  ]);
  const fields = { clusterId: String(outputs["cluster_id"]), password: String(outputs["password"]) };
  expect(await runAction(bed.home, { vendor: "tidbcloud", name: "check-password", fields })).toMatchObject({
    right: true,
  });
  const preview = await bed.pulumi(["preview", "--expect-no-changes", "--stack", serverlessStack(name)], {
    cwd: join(bed.folder, name),
  });
  expect(preview.code, preview.all).toBe(0);
}
