import { apiPath } from "../../clients/tidbcloud.js";
import type { HttpResponse } from "../../http/http-message.js";
import { asNonEmptyString, asNumber, asObject, asString, type JsonObject } from "../../http/json.js";
import type { ManagedCall, ManagedRequest, ReadingRules } from "../kit/managed/managed-declaration.js";
import { requestOf } from "../kit/resource/work-limits.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

/** What names a cluster. */
export interface ClusterKey {
  readonly clusterId: string;
}

/** What names a branch or a SQL user. */
export interface PartKey extends ClusterKey {
  /** Id or name within the cluster. */
  readonly part: string;
}

/** The id of a part of a cluster, "<clusterId>,<name>", as the vendor's Terraform provider imports it. */
export const partId = {
  text: ({ clusterId, part }: PartKey): string => `${clusterId},${part}`,
  pattern: /^(?:clusters\/)?(?<clusterId>[0-9]{1,20}), ?(?<part>[^,\s]+)$/,
};

type Call = ManagedCall<TidbCloudApi>;

/** Path of the clusters at the serverless API. */
export const clustersPath = `${apiPath}/clusters`;

/** Path of a cluster at either API. */
export function clusterPath({ clusterId }: ClusterKey): string {
  return `${clustersPath}/${encodeURIComponent(clusterId)}`;
}

/** An integer that some versions of the API write as a string. */
export function asInteger(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : asNumber(value);
  return number !== undefined && Number.isSafeInteger(number) ? number : undefined;
}

/** The public endpoint of a cluster or branch. */
export function publicEndpointOf(database: JsonObject): JsonObject {
  return asObject(asObject(database["endpoints"])?.["public"]) ?? {};
}

/** True for a cluster or branch that is being deleted or is; of a branch DELETED says both (branch.swagger.json). */
export function isLeaving({ state }: JsonObject): boolean {
  return state === "DELETING" || state === "DELETED";
}

/** The clusters that fit a filter (all without one) and are not being deleted. */
export async function listClusters({ api, limits }: Call, filter?: string): Promise<readonly JsonObject[]> {
  const listed = await api.list({ path: clustersPath, items: "clusters", filter, ...requestOf(limits) });
  return listed.filter((cluster) => !isLeaving(cluster));
}

/** Whether the clusters that the key sees can be listed and this one is not among them. Throws when they cannot. */
export async function isClusterUnlisted({ clusterId }: ClusterKey, call: Call): Promise<boolean> {
  const listed = await listClusters(call, `clusterId="${clusterId}"`);
  return !listed.some((other) => asString(other["clusterId"]) === clusterId);
}

/** True when a response says by itself that there is no such object: a 404 of the API, not of a gateway in between. */
export function saysGone({ status, body }: HttpResponse): boolean {
  return status === 404 && asObject(body)?.["code"] !== undefined;
}

/** True when it can be used: ACTIVE and with everything a connection needs. */
function isReady(database: JsonObject): boolean {
  const { host, port, disabled } = publicEndpointOf(database);
  const hasAddress = asNonEmptyString(host) !== undefined && (asInteger(port) ?? 0) > 0;
  const isActive = database["state"] === "ACTIVE" && asNonEmptyString(database["userPrefix"]) !== undefined;
  return isActive && (hasAddress || disabled === true);
}

/** How a cluster and a branch are found in a list. */
export const byName = {
  nameOf: ({ displayName }: { readonly displayName: string }) => displayName,
  nameIn: ({ displayName }: JsonObject) => asString(displayName),
  createdIn: ({ createTime }: JsonObject) => asString(createTime),
} as const;

/** States that do not end by themselves. */
const deadStates: ReadonlySet<unknown> = new Set(["PAUSED", "INACTIVE"]);

/** What reading and deleting a cluster and a branch have in common. */
export function databaseRules<Key>(facts: {
  readonly noun: "cluster" | "branch";
  readonly id: ReadingRules<TidbCloudApi, Key>["id"];
  readonly path: (key: Key) => string;
  /** Whether those that the key sees can be listed and this one is not among them. */
  readonly isUnlisted: (key: Key, call: Call) => Promise<boolean>;
}) {
  const { noun, id, path, isUnlisted } = facts;
  return {
    noun,
    id,
    read: (key: Key, { polling }): ManagedRequest => ({
      method: "GET",
      path: `${path(key)}?view=${polling ? "BASIC" : "FULL"}`,
    }),
    // After a deletion the API responds with 404 or 403, but to a key without rights with 403 too, and a gateway in between
    // with a 404 of its own: then the list decides.
    async presence(response, key, call) {
      if (saysGone(response)) return "gone";
      const isUnclear = response.status === 404 || response.status === 403;
      return isUnclear && (await isUnlisted(key, call)) ? "gone" : "present";
    },
    objectIn: (database) => (database["state"] === "DELETED" ? undefined : database),
    isReady,
    isLeaving,
    failedReason: ({ state }) => (deadStates.has(state) ? String(state) : undefined),
    remove: (key: Key): ManagedRequest => ({ method: "DELETE", path: path(key) }),
    removal: "awaited",
    deadlineSeconds: {
      ready: ({ readyTimeoutSeconds }: { readonly readyTimeoutSeconds?: number | undefined }) => readyTimeoutSeconds,
      gone: ({ deleteTimeoutSeconds }: { readonly deleteTimeoutSeconds?: number | undefined }) => deleteTimeoutSeconds,
    },
  } as const satisfies ReadingRules<TidbCloudApi, Key> & Record<string, unknown>;
}

/** How clusters are read and deleted. */
export const clusterRules = databaseRules<ClusterKey>({
  noun: "cluster",
  id: { text: ({ clusterId }) => clusterId },
  path: clusterPath,
  isUnlisted: isClusterUnlisted,
});
