import type { JsonObject } from "../../http/json.js";
import type { ChangeFacts, ManagedChange } from "../kit/managed/managed-declaration.js";
import { equalValues } from "../kit/schema/property-value.js";
import { ownerLabel, ownerLabelKey, reservedLabelPrefix } from "./cluster-checks.js";
import type { ClusterInputs, ClusterState } from "./cluster-properties.js";
import { autoScalingOf, backupPolicyOf, labelsOf, networksOf, projectLabel, spendingLimitOf } from "./cluster-state.js";
import { type ClusterKey, clusterPath, publicEndpointOf } from "./database.js";
import { passwordToSet } from "./root-password.js";

type Facts = ChangeFacts<ClusterInputs, ClusterState, ClusterKey>;

/** One group of fields, as official clients send them (tidbcloud-cli 19aea6a, 2026-05). */
interface FieldChange extends Pick<ManagedChange, "sets" | "meanwhile" | "optional"> {
  readonly updateMask: string;
  readonly cluster: JsonObject;
}

type Network = NonNullable<NonNullable<ClusterInputs["publicEndpoint"]>["authorizedNetworks"]>[number];

function networkBody({ displayName, startIp, endIp }: Network): JsonObject {
  return { displayName, startIpAddress: startIp, endIpAddress: endIp };
}

function sameNetworks(left: readonly Network[] | undefined, right: readonly Network[]): boolean {
  const textOf = ({ displayName, startIp, endIp }: Network): string => JSON.stringify([displayName, startIp, endIp]);
  return left !== undefined && equalValues(left.map(textOf).sort(), right.map(textOf).sort());
}

/** The labels that the stack puts on a cluster: the user's own, and its mark on one that it created. */
function wantedLabels({ labels = {}, owner }: ClusterInputs, adopted: boolean): Readonly<Record<string, string>> {
  return { ...labels, ...(owner === undefined || adopted ? {} : { [ownerLabelKey]: ownerLabel(owner) }) };
}

function labelChange({ inputs, actual, object, adopted }: Facts): FieldChange[] {
  const present = labelsOf(object);
  const wanted = wantedLabels(inputs, adopted);
  const dropped = Object.keys(actual.labels ?? {}).filter((name) => wanted[name] === undefined);
  const isRight = Object.entries(wanted).every(([name, value]) => present[name] === value);
  if (isRight && dropped.length === 0) return [];
  // Whether the API merges or replaces is not documented, so that labels of others are sent along.
  const others = Object.entries(present).filter(
    ([name]) => !name.startsWith(reservedLabelPrefix) && !dropped.includes(name),
  );
  const labels = { ...Object.fromEntries(others), ...wanted };
  // Names that were the stack's stay so until they are gone for sure.
  const meanwhile = { labels: { ...actual.labels, ...inputs.labels } };
  const change: FieldChange = { updateMask: "labels", cluster: { labels }, sets: ["labels"], meanwhile };
  const isMarkAlone = inputs.labels === undefined && dropped.length === 0;
  return [isMarkAlone ? { ...change, optional: true } : change];
}

function endpointChanges({ object, inputs: { publicEndpoint } }: Facts): FieldChange[] {
  const changes: FieldChange[] = [];
  const { disabled, authorizedNetworks } = publicEndpoint ?? {};
  if (disabled !== undefined && disabled !== (publicEndpointOf(object)["disabled"] === true)) {
    const cluster = { endpoints: { public: { disabled } } };
    changes.push({ updateMask: "endpoints.public.disabled", cluster, sets: [] });
  }
  if (authorizedNetworks !== undefined && !sameNetworks(networksOf(object), authorizedNetworks)) {
    const cluster = { endpoints: { public: { authorizedNetworks: authorizedNetworks.map(networkBody) } } };
    changes.push({ updateMask: "endpoints.public.authorizedNetworks", cluster, sets: ["publicEndpoint"] });
  }
  return changes;
}

function capacityChanges({ object, inputs }: Facts): FieldChange[] {
  const { spendingLimitMonthlyCents: monthly, autoScaling } = inputs;
  const changes: FieldChange[] = [];
  if (monthly !== undefined && monthly !== (spendingLimitOf(object) ?? 0)) {
    const cluster = { spendingLimit: { monthly } };
    changes.push({ updateMask: "spendingLimit.monthly", cluster, sets: ["spendingLimitMonthlyCents"] });
  }
  if (autoScaling !== undefined && !equalValues({ ...autoScaling }, { ...autoScalingOf(object) }))
    changes.push({ updateMask: "autoScaling", cluster: { autoScaling }, sets: ["autoScaling"] });
  return changes;
}

function backupChange({ object, inputs: { automatedBackupPolicy: wanted } }: Facts): FieldChange[] {
  const actual = backupPolicyOf(object);
  const startTime = wanted?.startTime ?? actual.startTime;
  const retentionDays = wanted?.retentionDays ?? actual.retentionDays;
  if (startTime === actual.startTime && retentionDays === actual.retentionDays) return [];
  const cluster = { automatedBackupPolicy: { startTime, retentionDays } };
  return [{ updateMask: "automatedBackupPolicy", cluster, sets: ["automatedBackupPolicy"] }];
}

/** The requests that make a cluster (FULL view) what the inputs say, in the order in which they are sent. */
export function clusterChanges(facts: Facts): readonly ManagedChange[] {
  const { key, inputs, object } = facts;
  const { displayName } = inputs;
  const path = clusterPath(key);
  const fields: readonly FieldChange[] = [
    ...(object["displayName"] === displayName
      ? []
      : [{ updateMask: "displayName", cluster: { displayName }, sets: ["displayName"] }]),
    ...endpointChanges(facts),
    ...capacityChanges(facts),
    ...backupChange(facts),
    ...labelChange(facts),
  ];
  const password = passwordToSet(facts);
  const put = { method: "PUT", path: `${path}/password`, body: { password }, sets: ["rootPassword"] } as const;
  return [
    ...fields.map(({ updateMask, cluster, ...change }) => ({
      ...({ method: "PATCH", path, body: { updateMask, cluster } } as const),
      ...change,
    })),
    ...(password === undefined ? [] : [put]),
  ];
}

/** The body that creates a cluster; without `ownLabels` its labels are left for a later change. */
export function createBody(inputs: ClusterInputs, ownLabels: boolean): JsonObject {
  const { projectId, publicEndpoint, automatedBackupPolicy, spendingLimitMonthlyCents: monthly } = inputs;
  const networks = publicEndpoint?.authorizedNetworks?.map(networkBody);
  const endpoint = { disabled: publicEndpoint?.disabled, authorizedNetworks: networks };
  const labels = {
    ...(ownLabels ? wantedLabels(inputs, false) : {}),
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
