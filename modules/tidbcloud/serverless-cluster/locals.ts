import type { Output } from "@pulumi/pulumi";
import {
  TiDBCloudServerlessClusterSpec_DeletionPolicy as DeletionPolicy,
  TiDBCloudServerlessClusterSpec_Adoption_Policy as Policy,
  type TiDBCloudServerlessClusterSpec_PublicEndpoint as PublicEndpointSpec,
  type TiDBCloudServerlessClusterSpec,
  type TiDBCloudServerlessClusterStackInput,
} from "../../../apis/gen/es/planton/tidbcloud/v1/tidb_cloud_serverless_cluster_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";
import { vendorLabels } from "../_shared/labels.js";

/** The plugin's inputs about the root password. */
export interface RootPassword {
  /** Undefined: the plugin makes one, unless it is to keep the old one. */
  readonly value: Output<string> | undefined;
  readonly keep: boolean;
  readonly setOnAdopt: boolean;
}

/** The public endpoint as the plugin takes it. */
export interface PublicEndpoint {
  readonly disabled: boolean | undefined;
  readonly authorizedNetworks: readonly {
    readonly displayName: string;
    readonly startIp: string;
    readonly endIp: string;
  }[];
}

/** The values of a serverless cluster. */
export interface ServerlessClusterLocals {
  readonly displayName: string;
  /** With or without "regions/" before it. */
  readonly region: string;
  readonly projectId: Output<string> | undefined;
  /** Undefined on plan Essential. */
  readonly spendingLimitMonthlyCents: number | undefined;
  /** Its presence selects plan Essential. */
  readonly autoScaling: { readonly minRcu: number; readonly maxRcu: number } | undefined;
  readonly publicEndpoint: PublicEndpoint | undefined;
  /** Start is HH:MM in UTC. */
  readonly backupPolicy:
    | { readonly startTime: string | undefined; readonly retentionDays: number | undefined }
    | undefined;
  readonly enhancedEncryption: boolean | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly rootPassword: RootPassword;
  readonly database: string;
  /** In the plugin's words. */
  readonly adoption: { readonly policy: string; readonly clusterId: string | undefined } | undefined;
  /** Numbers with a unit: "10m". */
  readonly readyTimeout: string;
  readonly deleteTimeout: string;
  /** In the plugin's words. */
  readonly deletionPolicy: string | undefined;
  readonly deletionProtection: boolean;
  readonly owner: string;
}

const policyNames: Readonly<Record<DeletionPolicy, string | undefined>> = {
  [DeletionPolicy.deletion_policy_unspecified]: undefined,
  [DeletionPolicy.delete_data]: "DELETE",
  [DeletionPolicy.retain]: "RETAIN",
};

/** The values of a serverless cluster manifest. */
export function locals(input: TiDBCloudServerlessClusterStackInput, context: ModuleContext): ServerlessClusterLocals {
  const spec = present(input.target?.spec, "target.spec");
  const { autoScaling, automatedBackupPolicy: backup, adoption, deletionPolicy } = spec;
  return {
    displayName: spec.displayName ?? context.resourceName,
    region: spec.region,
    projectId: context.input(spec.projectId),
    spendingLimitMonthlyCents: spec.spendingLimitMonthlyCents,
    autoScaling: autoScaling && { minRcu: Number(autoScaling.minRcu), maxRcu: Number(autoScaling.maxRcu) },
    publicEndpoint: spec.publicEndpoint && publicEndpoint(spec.publicEndpoint),
    backupPolicy: backup && { startTime: backup.startTime, retentionDays: backup.retentionDays },
    enhancedEncryption: spec.enhancedEncryption,
    labels: vendorLabels({ metadata: context.labels, spec: spec.labels, warn: context.warn }),
    rootPassword: rootPassword(spec, context),
    database: present(spec.database, "target.spec.database"),
    adoption: adoption && { policy: Policy[adoption.policy].toUpperCase(), clusterId: adoption.clusterId },
    readyTimeout: present(spec.readyTimeout, "target.spec.ready_timeout"),
    deleteTimeout: present(spec.deleteTimeout, "target.spec.delete_timeout"),
    deletionPolicy: deletionPolicy === undefined ? undefined : policyNames[deletionPolicy],
    deletionProtection: present(spec.deletionProtection, "target.spec.deletion_protection"),
    owner: context.owner,
  };
}

function publicEndpoint({ disabled, authorizedNetworks }: PublicEndpointSpec): PublicEndpoint {
  return {
    disabled,
    authorizedNetworks: authorizedNetworks.map(({ displayName, startIp, endIp }) => ({ displayName, startIp, endIp })),
  };
}

function rootPassword(spec: TiDBCloudServerlessClusterSpec, context: ModuleContext): RootPassword {
  const source = spec.rootPassword?.source;
  return {
    value: source?.case === "value" ? context.input(source.value) : undefined,
    keep: source?.case === "keep",
    setOnAdopt: spec.rootPassword?.setOnAdopt ?? false,
  };
}
