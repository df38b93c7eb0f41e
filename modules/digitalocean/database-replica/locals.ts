import type { Output } from "@pulumi/pulumi";
import type { DigitalOceanDatabaseReplicaStackInput } from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_database_replica_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";
import { type ParentCluster, parentCluster } from "../_shared/parent-cluster.js";
import { storageSizeMib } from "../_shared/storage-size.js";
import { vendorTags } from "../_shared/tags.js";

/** The values of a database replica. */
export interface DatabaseReplicaLocals {
  readonly cluster: ParentCluster;
  readonly name: string;
  readonly region: string;
  readonly size: string;
  readonly vpcId: Output<string> | undefined;
  /** MiB in plain digits; undefined leaves the storage to the size. */
  readonly storageSizeMib: string | undefined;
  readonly tags: readonly string[];
}

/** The values of a database replica manifest. */
export function locals(input: DigitalOceanDatabaseReplicaStackInput, context: ModuleContext): DatabaseReplicaLocals {
  const spec = present(input.target?.spec, "target.spec");
  return {
    cluster: parentCluster(spec.cluster, context, [{ what: "a replica", engines: ["pg", "mysql"] }]),
    name: spec.replicaName ?? context.resourceName,
    region: spec.region,
    size: spec.sizeSlug,
    vpcId: context.input(spec.vpc),
    storageSizeMib: storageSizeMib(spec.storageGib),
    tags: vendorTags({ tags: spec.tags, labels: context.labels, owner: context.owner, warn: context.warn }),
  };
}
