import { expect } from "vitest";
import { kindFacts } from "../../apis/gen/facts.js";
import { clusterInput } from "./kinds/stack-inputs.js";
import { type PlantonBed, until } from "./planton-bed.js";
import { expectOk, type StackBed, stackBed } from "./stack-bed.js";

/** A manifest of what a cluster holds. */
export interface PartManifest {
  readonly kind: `DigitalOceanDatabase${"" | "User" | "ConnectionPool" | "Replica"}`;
  readonly name: string;
  readonly metadata?: object;
  readonly spec: object;
}

/** A stack input of what a cluster holds. */
export function partInput({ kind, name, metadata, spec }: PartManifest): string {
  const apiVersion = "digital-ocean.planton.dev/v1";
  return JSON.stringify({ target: { apiVersion, kind, metadata: { name, ...metadata }, spec } });
}

/** Opens the stack of what a cluster holds, in a folder of its own. */
export function partBed(bed: PlantonBed, manifest: PartManifest): StackBed {
  return stackBed(bed, kindFacts[manifest.kind].shortName, manifest.name, partInput(manifest));
}

/** Makes a cluster by a stack of its own that other folders of the bed can refer to; gives its id. */
export async function clusterStack(bed: PlantonBed, name: string, spec: object = {}): Promise<string> {
  bed.write("planton.yaml", "name: parts\n");
  const at = stackBed(bed, "db", name, clusterInput(name, spec));
  expectOk(await at.planton("up", "--yes"));
  return (await at.pulumi("stack", "output", "cluster_id")).stdout.trim();
}

/** Sends a request to the sandbox's DigitalOcean; gives the body. */
export async function sendTo(bed: PlantonBed, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${bed.apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${bed.env["DIGITALOCEAN_TOKEN"]}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(response.ok, text).toBe(true);
  return text === "" ? undefined : JSON.parse(text);
}

/** Makes a small cluster that planton did not make, PostgreSQL without other fields, and waits for it; gives its id. */
export async function somebodysCluster(bed: PlantonBed, name: string, fields: object = {}): Promise<string> {
  const small = { engine: "pg", version: "16", region: "nyc3", size: "db-s-1vcpu-2gb", num_nodes: 1 };
  const made = await sendTo(bed, "POST", "/v2/databases", { ...small, name, ...fields });
  const { id } = (made as { readonly database: { readonly id: string } }).database;
  await until("the cluster is online", async () => {
    const { database } = (await bed.get(`/v2/databases/${id}`)) as { readonly database: { readonly status: string } };
    return database.status === "online";
  });
  return id;
}

/** Objects of a cluster's list: "users", "dbs", "pools", "replicas". */
export async function partsOf(
  bed: PlantonBed,
  clusterId: string,
  list: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return ((await bed.get(`/v2/databases/${clusterId}/${list}`))[list] ?? []) as Record<string, unknown>[];
}

/** Outputs of a stack with their secrets, once it is held that these are secret. */
export async function outputsOf(at: StackBed, secret: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const hidden = JSON.parse((await at.pulumi("stack", "output", "--json")).stdout) as Record<string, unknown>;
  const names = Object.keys(hidden).filter((name) => hidden[name] === "[secret]");
  expect(names.sort()).toEqual([...secret].sort());
  return JSON.parse((await at.pulumi("stack", "output", "--json", "--show-secrets")).stdout);
}
