import type { JsonObject } from "../../http/json.js";
import { equalValues } from "../kit/property-value.js";
import type { ClusterInputs, ClusterState } from "./cluster-properties.js";
import { ownerLabel, ownerLabelKey, reservedLabelPrefix } from "./cluster-rules.js";
import { autoScalingOf, backupPolicyOf, labelsOf, networksOf, projectLabel, spendingLimitOf } from "./cluster-state.js";
import { publicEndpointOf } from "./database-fields.js";

/** One PATCH: a group of fields. Official clients send one group at a time (tidbcloud-cli 19aea6a, 2026-05). */
export interface ClusterChange {
  readonly updateMask: string;
  readonly values: JsonObject;
  /** The inputs that are applied by it. */
  readonly applied: ClusterState;
  /** True when the cluster is what the program says without it, so that a refusal does no harm. */
  readonly optional?: true;
}

/** What a cluster is to be, and what it was for us before. */
export interface ClusterAim {
  readonly inputs: ClusterInputs;
  /** Labels that were ours to manage before. */
  readonly oldLabels: readonly string[];
  /** False for a cluster of somebody else, which does not get our mark. */
  readonly marksOwner: boolean;
}

type Network = NonNullable<NonNullable<ClusterInputs["publicEndpoint"]>["authorizedNetworks"]>[number];

function networkBody({ displayName, startIp, endIp }: Network): JsonObject {
  return { displayName, startIpAddress: startIp, endIpAddress: endIp };
}

function sameNetworks(left: readonly Network[] | undefined, right: readonly Network[]): boolean {
  const textOf = ({ displayName, startIp, endIp }: Network): string => JSON.stringify([displayName, startIp, endIp]);
  return left !== undefined && equalValues(left.map(textOf).sort(), right.map(textOf).sort());
}

/** The labels that we put on a cluster: the user's own and the mark of the owning stack. */
export function wantedLabels({ inputs, marksOwner }: ClusterAim): Readonly<Record<string, string>> {
  const { labels = {}, owner } = inputs;
  return { ...labels, ...(owner === undefined || !marksOwner ? {} : { [ownerLabelKey]: ownerLabel(owner) }) };
}

function labelChange(cluster: JsonObject, aim: ClusterAim): ClusterChange[] {
  const actual = labelsOf(cluster);
  const wanted = wantedLabels(aim);
  const dropped = aim.oldLabels.filter((name) => wanted[name] === undefined && actual[name] !== undefined);
  const isRight = Object.entries(wanted).every(([name, value]) => actual[name] === value);
  if (isRight && dropped.length === 0) return [];
  // Whether the API merges or replaces is not documented, so that labels of others are sent along.
  const others = Object.entries(actual).filter(
    ([name]) => !name.startsWith(reservedLabelPrefix) && !dropped.includes(name),
  );
  const labels = { ...Object.fromEntries(others), ...wanted };
  const change = { updateMask: "labels", values: { labels }, applied: { labels: aim.inputs.labels } };
  const isMarkAlone = aim.inputs.labels === undefined && dropped.length === 0;
  return [isMarkAlone ? { ...change, optional: true } : change];
}

function endpointChanges(cluster: JsonObject, { publicEndpoint }: ClusterInputs): ClusterChange[] {
  const changes: ClusterChange[] = [];
  const { disabled, authorizedNetworks } = publicEndpoint ?? {};
  if (disabled !== undefined && disabled !== (publicEndpointOf(cluster)["disabled"] === true)) {
    const values = { endpoints: { public: { disabled } } };
    changes.push({ updateMask: "endpoints.public.disabled", values, applied: {} });
  }
  if (authorizedNetworks !== undefined && !sameNetworks(networksOf(cluster), authorizedNetworks)) {
    const values = { endpoints: { public: { authorizedNetworks: authorizedNetworks.map(networkBody) } } };
    changes.push({ updateMask: "endpoints.public.authorizedNetworks", values, applied: { publicEndpoint } });
  }
  return changes;
}

function capacityChanges(cluster: JsonObject, inputs: ClusterInputs): ClusterChange[] {
  const { spendingLimitMonthlyCents: monthly, autoScaling } = inputs;
  const changes: ClusterChange[] = [];
  if (monthly !== undefined && monthly !== (spendingLimitOf(cluster) ?? 0)) {
    const values = { spendingLimit: { monthly } };
    const applied = { spendingLimitMonthlyCents: monthly };
    changes.push({ updateMask: "spendingLimit.monthly", values, applied });
  }
  if (autoScaling !== undefined && !equalValues({ ...autoScaling }, { ...autoScalingOf(cluster) })) {
    changes.push({ updateMask: "autoScaling", values: { autoScaling }, applied: { autoScaling } });
  }
  return changes;
}

function backupChange(cluster: JsonObject, { automatedBackupPolicy: wanted }: ClusterInputs): ClusterChange[] {
  const actual = backupPolicyOf(cluster);
  const startTime = wanted?.startTime ?? actual.startTime;
  const retentionDays = wanted?.retentionDays ?? actual.retentionDays;
  if (startTime === actual.startTime && retentionDays === actual.retentionDays) return [];
  const automatedBackupPolicy = { startTime, retentionDays };
  return [
    { updateMask: "automatedBackupPolicy", values: { automatedBackupPolicy }, applied: { automatedBackupPolicy } },
  ];
}

/** What has to be patched to make a cluster (FULL view) what it is to be; in the order in which it is sent. */
export function clusterChanges(cluster: JsonObject, aim: ClusterAim): readonly ClusterChange[] {
  const { displayName } = aim.inputs;
  const name: ClusterChange = { updateMask: "displayName", values: { displayName }, applied: { displayName } };
  return [
    ...(cluster["displayName"] === displayName ? [] : [name]),
    ...endpointChanges(cluster, aim.inputs),
    ...capacityChanges(cluster, aim.inputs),
    ...backupChange(cluster, aim.inputs),
    ...labelChange(cluster, aim),
  ];
}

/** The body that creates a cluster; without `ownLabels` its labels are left for a later change. */
export function createBody(aim: ClusterAim, ownLabels: boolean): JsonObject {
  const { inputs } = aim;
  const { projectId, publicEndpoint, automatedBackupPolicy, spendingLimitMonthlyCents: monthly } = inputs;
  const networks = publicEndpoint?.authorizedNetworks?.map(networkBody);
  const endpoint = { disabled: publicEndpoint?.disabled, authorizedNetworks: networks };
  const labels = {
    ...(ownLabels ? wantedLabels(aim) : {}),
    ...(projectId === undefined ? {} : { [projectLabel]: projectId }),
  };
  return {
    displayName: inputs.displayName,
    region: { name: `regions/${inputs.region}` },
    labels: Object.keys(labels).length === 0 ? undefined : labels,
    spendingLimit: monthly === undefined ? undefined : { monthly },
    autoScaling: inputs.autoScaling,
    automatedBackupPolicy,
    endpoints: publicEndpoint && { public: endpoint },
    encryptionConfig:
      inputs.enhancedEncryption === undefined ? undefined : { enhancedEncryptionEnabled: inputs.enhancedEncryption },
    rootPassword: inputs.rootPassword,
  };
}
