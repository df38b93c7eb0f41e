import { DatabaseFirewall } from "@pulumi/digitalocean/databaseFirewall.js";
import { all, type Output, output } from "@pulumi/pulumi";
import type { ModuleContext } from "../../../contract/module.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { assertTagsExist } from "../_shared/missing-tags.js";
import { externalFirewallTag, isOwnerTag } from "../_shared/tags.js";
import type { FirewallRule } from "../_shared/trusted-sources.js";
import type { DatabaseFirewallLocals } from "./locals.js";

const clusterType = "digitalocean:index/databaseCluster:DatabaseCluster";

/** The resources of the kind. */
export interface DatabaseFirewallResources {
  readonly firewall: DatabaseFirewall;
}

/** Sets the cluster's list of trusted sources. Throws E_REFERENCE_FORM when the cluster's own stack sets that list. */
export function resources(locals: DatabaseFirewallLocals, context: ModuleContext): DatabaseFirewallResources {
  const firewall = new DatabaseFirewall(
    context.name,
    { clusterId: clusterWithoutOwner(locals, context), rules: checkedRules(locals, context) },
    // Deleting the firewall empties the list, and an empty list lets the whole internet in.
    context.primary({ retainOnDelete: locals.keepRules }),
  );
  return { firewall };
}

function checkedRules({ rules, given }: DatabaseFirewallLocals, context: ModuleContext): Output<FirewallRule[]> {
  const checked = assertTagsExist({ rules: given, path: "spec.rules", made: [] }, context);
  return output(checked.then(() => rules.map((rule) => ({ ...rule }))));
}

/** The cluster's id once it is certain that no other stack sets the list: two owners would overwrite each other. */
function clusterWithoutOwner(
  { clusterId, firewallOwner }: DatabaseFirewallLocals,
  context: ModuleContext,
): Output<string> {
  if (firewallOwner === undefined) return clusterId.apply((id) => withoutOwnerTag(id, context));
  return all([clusterId, firewallOwner]).apply(([id, owner]) => {
    if (owner === "stack") throw owned(id);
    return id;
  });
}

/** An id names no stack, so the cluster's own tags have to say whether a stack of planton sets its list. */
async function withoutOwnerTag(id: string, context: ModuleContext): Promise<string> {
  const cluster = await context.existing(clusterType, id);
  if (cluster === undefined) {
    context.warn(
      `database cluster "${id}" may not be read with this token, so nothing says whether another stack sets its trusted sources as well; name the cluster by a reference to have that checked`,
    );
    return id;
  }
  // The vendor's own response to a cluster that is not there is clearer than ours would be.
  if (cluster === "absent") return id;
  if (cluster.tags.some(isOwnerTag) && !cluster.tags.includes(externalFirewallTag)) throw owned(id);
  return id;
}

function owned(id: string): PlantonError {
  return new PlantonError({
    code: "E_REFERENCE_FORM",
    message: `the stack of database cluster "${id}" sets the cluster's trusted sources itself; a second owner would overwrite them`,
    hint: "set external_firewall: true in the cluster's spec and apply it, or list the sources in its trusted_sources",
  });
}
