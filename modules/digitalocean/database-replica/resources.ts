import { DatabaseReplica } from "@pulumi/digitalocean/databaseReplica.js";
import type { ModuleContext } from "../../../contract/module.js";
import { asStrings } from "../../../http/json.js";
import { warnWithoutPassword } from "../_shared/unknown-password.js";
import type { DatabaseReplicaLocals } from "./locals.js";

const replicaType = "digitalocean:index/databaseReplica:DatabaseReplica";

/** The resources of the kind. */
export interface DatabaseReplicaResources {
  readonly replica: DatabaseReplica;
}

/** Makes the replica. */
export function resources(locals: DatabaseReplicaLocals, context: ModuleContext): DatabaseReplicaResources {
  const { cluster, name, region, size, vpcId, storageSizeMib, tags } = locals;
  const replica = new DatabaseReplica(
    context.name,
    { clusterId: cluster.id, name, region, size, privateNetworkUuid: vpcId, storageSizeMib, tags: [...tags] },
    // The plugin would make a new replica for another tag, and its labels may change with the manifest of any stack.
    context.primary({ ignoreChanges: ["tags"] }),
  );
  const { user, password } = replica;
  warnWithoutPassword({ of: `database replica "${name}"`, cluster, user, password }, context);
  warnOfTrustedSources(locals, context);
  warnOfKeptTags(locals, context);
  return { replica };
}

/** DigitalOcean's replicas have a list of their own, which is set by their UUID (SDK 4.80.1, DatabaseReplica). */
function warnOfTrustedSources({ name }: DatabaseReplicaLocals, context: ModuleContext): void {
  if (context.inState(replicaType).length > 0) return;
  context.warn(
    `database replica "${name}" has a list of trusted sources of its own, and may be open to the whole internet until a DigitalOceanDatabaseFirewall is applied to it: let its cluster be the output replica_id`,
  );
}

function warnOfKeptTags({ name, tags }: DatabaseReplicaLocals, context: ModuleContext): void {
  const sorted = (list: readonly string[]): string =>
    [...list]
      .map((tag) => tag.toLowerCase())
      .sort()
      .join();
  const held = context.inState(replicaType).map(({ inputs }) => sorted(asStrings(inputs["tags"])));
  if (held.length === 0 || held.includes(sorted(tags))) return;
  context.warn(
    `other tags or labels of database replica "${name}" are not applied: DigitalOcean's plugin sets tags only when it makes one`,
  );
}
