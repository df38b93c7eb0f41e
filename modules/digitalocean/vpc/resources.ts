import { Vpc } from "@pulumi/digitalocean/vpc.js";
import type { ModuleContext } from "../../../contract/module.js";
import { vpcDeletionMinutes } from "../_shared/deletion-obstacles.js";
import { mustGoFirst, type VpcLocals } from "./locals.js";

/** The resources of the kind. */
export interface VpcResources {
  readonly vpc: Vpc;
}

/** Makes the VPC. */
export function resources(locals: VpcLocals, context: ModuleContext): VpcResources {
  const [old] = context.inState("digitalocean:index/vpc:Vpc");
  const vpc = new Vpc(
    context.name,
    { name: locals.name, region: locals.region, ipRange: locals.ipRange, description: locals.description },
    context.primary({
      // A cluster that was just deleted counts as a member for minutes, and the plugin gives up after two by itself.
      customTimeouts: { delete: `${vpcDeletionMinutes}m` },
      // Where both can be there at once, what is in the old one moves over before it goes.
      deleteBeforeReplace: old === undefined || mustGoFirst(old.inputs, locals),
      // DigitalOcean's client sends no empty description, so that one which was set can be changed, not taken away.
      ignoreChanges: locals.description === undefined ? ["description"] : [],
    }),
  );
  return { vpc };
}
