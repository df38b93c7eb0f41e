import type { ModuleContext } from "../../../contract/module.js";
import { ServerlessCluster } from "../../gen/resources/tidbcloud.js";
import type { ServerlessClusterLocals } from "./locals.js";

/** The resources of the kind. */
export interface ServerlessClusterResources {
  readonly cluster: ServerlessCluster;
}

/** Makes the cluster. */
export function resources(locals: ServerlessClusterLocals, context: ModuleContext): ServerlessClusterResources {
  const { rootPassword, publicEndpoint, backupPolicy } = locals;
  const cluster = new ServerlessCluster(
    context.name,
    {
      displayName: locals.displayName,
      region: locals.region,
      projectId: locals.projectId,
      spendingLimitMonthlyCents: locals.spendingLimitMonthlyCents,
      autoScaling: locals.autoScaling,
      publicEndpoint: publicEndpoint && {
        disabled: publicEndpoint.disabled,
        authorizedNetworks: [...publicEndpoint.authorizedNetworks],
      },
      automatedBackupPolicy: backupPolicy,
      enhancedEncryption: locals.enhancedEncryption,
      labels: locals.labels,
      rootPassword: rootPassword.value,
      keepRootPassword: rootPassword.keep ? true : undefined,
      database: locals.database,
      adoption: adoption(locals),
      deletionPolicy: locals.deletionPolicy,
      deletionProtection: locals.deletionProtection,
      owner: locals.owner,
    },
    context.primary({
      customTimeouts: { create: locals.readyTimeout, update: locals.readyTimeout, delete: locals.deleteTimeout },
    }),
  );
  return { cluster };
}

function adoption({ adoption: wanted, rootPassword }: ServerlessClusterLocals) {
  if (wanted === undefined && !rootPassword.setOnAdopt) return undefined;
  return { ...wanted, setPassword: rootPassword.setOnAdopt ? true : undefined };
}
