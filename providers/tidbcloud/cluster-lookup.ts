import { PlantonError } from "../../contract/planton-error.js";
import type { HttpRequest } from "../../http/http-message.js";
import { asFlag, asObject, asText, type JsonObject } from "../../http/json.js";
import type { Intent } from "../kit/intent-store.js";
import type { ReplacedResources } from "../kit/resource.js";
import { cameOfIntent } from "./came-of-intent.js";
import type { ClusterInputs } from "./cluster-properties.js";
import { ownerLabel, ownerLabelKey } from "./cluster-rules.js";
import { labelsOf, projectLabel, regionOf } from "./cluster-state.js";
import { isLeaving } from "./database-calls.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

/** What is looked for. */
export interface ClusterQuery {
  readonly api: TidbCloudApi;
  readonly inputs: ClusterInputs;
  /** What an earlier run was about to create; undefined when there is no record that still counts. */
  readonly intent: Intent | undefined;
  /** What the state holds under the same URN; it is never taken for the new cluster. */
  readonly replaced: ReplacedResources | undefined;
  readonly wait: Pick<HttpRequest, "signal" | "deadlineMs">;
}

/** What was found. */
export interface ClusterFinding {
  /** The cluster to go on with, and whether somebody else made it; undefined: there is none. */
  readonly found: { readonly cluster: JsonObject; readonly adopted: boolean } | undefined;
  /** Ids of all clusters of that name, whoever made them. */
  readonly sameName: readonly string[];
}

/** Id of a cluster; "" when the answer holds none. */
export function idOf(cluster: JsonObject): string {
  return asText(cluster["clusterId"]) ?? "";
}

function ownerOf(cluster: JsonObject): string | undefined {
  return labelsOf(cluster)[ownerLabelKey];
}

function describe(clusters: readonly JsonObject[]): string {
  return clusters.map((cluster) => `"${idOf(cluster)}" (${regionOf(cluster)}, ${asText(cluster["state"])})`).join(", ");
}

/** Whether a cluster came of an intent whose answer was lost: it is new, of that name, and nobody else's. */
export function cameOf(
  { api, intent, owner }: { readonly api: TidbCloudApi; readonly intent: Intent; readonly owner: string | undefined },
  cluster: JsonObject,
): boolean {
  const mark = ownerOf(cluster);
  if (intent.id === undefined && api.claimed.has(idOf(cluster))) return false;
  const isTold = intent.id !== undefined || intent.knownBefore.includes(idOf(cluster));
  if (!isTold && mark !== undefined) return owner !== undefined && mark === ownerLabel(owner);
  return cameOfIntent({ api, intent }, idOf(cluster), cluster);
}

function isOurs({ api, inputs, intent, replaced }: ClusterQuery, cluster: JsonObject): boolean {
  if (replaced?.ids.has(idOf(cluster))) return false;
  if (intent !== undefined && cameOf({ api, intent, owner: inputs.owner }, cluster)) return true;
  // While one is being replaced the old one carries the mark, too.
  return replaced === undefined && inputs.owner !== undefined && ownerOf(cluster) === ownerLabel(inputs.owner);
}

/** Refuses a cluster that is ours or to be ours and cannot be made what it is to be. */
function fitting(inputs: ClusterInputs, cluster: JsonObject): JsonObject {
  const refuse = (what: string, actual: string, wanted: string): never => {
    throw new PlantonError({
      code: "E_VENDOR",
      message: `the cluster "${idOf(cluster)}" has the ${what} "${actual}", not "${wanted}", and that cannot be changed`,
      hint: "give the cluster's own value, or delete the cluster in the vendor's console",
    });
  };
  const region = regionOf(cluster);
  if (region !== undefined && region !== inputs.region) return refuse("region", region, inputs.region);
  const encryption = asFlag(asObject(cluster["encryptionConfig"])?.["enhancedEncryptionEnabled"]);
  const { enhancedEncryption, autoScaling } = inputs;
  if (encryption !== undefined && enhancedEncryption !== undefined && encryption !== enhancedEncryption)
    return refuse("enhanced encryption", String(encryption), String(enhancedEncryption));
  const plan = asText(cluster["servicePlan"]);
  if (plan === "Starter" && autoScaling !== undefined) return refuse("plan", plan, "Essential");
  if (plan === "Essential" && inputs.spendingLimitMonthlyCents !== undefined) return refuse("plan", plan, "Starter");
  return cluster;
}

function onlyOne(clusters: readonly JsonObject[], intent: Intent | undefined): JsonObject | undefined {
  const [first, second] = clusters;
  if (second === undefined) return first;
  const named = clusters.find((cluster) => idOf(cluster) === intent?.id);
  if (named !== undefined) return named;
  throw new PlantonError({
    code: "E_VENDOR",
    message: `several clusters could be meant: ${describe(clusters)}`,
    hint: "delete those that are not needed in the vendor's console, or name one by adoption.clusterId",
  });
}

async function adoptById(query: ClusterQuery, clusterId: string): Promise<JsonObject> {
  const listed = await query.api.listClusters(`clusterId="${clusterId}"`, query.wait);
  const cluster = listed.find((other) => idOf(other) === clusterId && !isLeaving(other));
  if (cluster !== undefined) return fitting(query.inputs, cluster);
  const message = `there is no cluster "${clusterId}" to adopt`;
  throw new PlantonError({ code: "E_VENDOR", message, hint: "correct adoption.clusterId" });
}

function refuseOthers(others: readonly JsonObject[], { displayName }: ClusterInputs): never {
  throw new PlantonError({
    code: "E_VENDOR",
    message: `a cluster "${displayName}" is there already, and this stack did not make it: ${describe(others)}`,
    hint: "take another displayName, or take that cluster over by the adoption policy ADOPT_IF_FOUND",
  });
}

/**
 * Looks whether the cluster to be created is there: one of ours, from a run that did not end well, or one that the
 * adoption policy takes over. Throws E_VENDOR when one is there that must not be taken, or when several could be meant.
 */
export async function lookUpCluster(query: ClusterQuery): Promise<ClusterFinding> {
  const { api, inputs, intent, replaced, wait } = query;
  const { displayName, projectId, adoption } = inputs;
  const named = await api.listClusters(`displayName="${displayName}"`, wait);
  const sameName = named.filter((cluster) => asText(cluster["displayName"]) === displayName && !isLeaving(cluster));
  const finding = { sameName: sameName.map(idOf) };
  // Only after a lost answer: the cluster may have another name by now.
  const all = intent === undefined ? sameName : (await api.listClusters(undefined, wait)).filter((c) => !isLeaving(c));
  const ours = onlyOne(
    all.filter((cluster) => isOurs(query, cluster)),
    intent,
  );
  if (ours !== undefined) return { ...finding, found: { cluster: fitting(inputs, ours), adopted: false } };

  const { policy = "FAIL_IF_FOUND", clusterId } = adoption ?? {};
  if (clusterId !== undefined) {
    return { ...finding, found: { cluster: await adoptById(query, clusterId), adopted: true } };
  }
  const mark = inputs.owner === undefined ? undefined : ownerLabel(inputs.owner);
  const others = sameName.filter((cluster) => {
    const isReplaced = replaced?.ids.has(idOf(cluster)) || (replaced !== undefined && ownerOf(cluster) === mark);
    const project = labelsOf(cluster)[projectLabel];
    const isInProject = projectId === undefined || project === undefined || project === projectId;
    return !isReplaced && isInProject && regionOf(cluster) === inputs.region;
  });
  if (policy === "FAIL_IF_FOUND" && others.length > 0) refuseOthers(others, inputs);
  const adoptable = onlyOne(others, undefined);
  if (adoptable !== undefined) return { ...finding, found: { cluster: fitting(inputs, adoptable), adopted: true } };
  if (policy !== "ADOPT_ONLY") return { ...finding, found: undefined };
  throw new PlantonError({
    code: "E_VENDOR",
    message: `there is no cluster "${displayName}" in region "${inputs.region}" to adopt`,
    hint: "correct displayName and region, or use the policy ADOPT_IF_FOUND, which creates one",
  });
}
