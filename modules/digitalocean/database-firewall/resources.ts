import { DatabaseFirewall } from "@pulumi/digitalocean/databaseFirewall.js";
import { all, type Output } from "@pulumi/pulumi";
import type { ModuleContext } from "../../../contract/module.js";
import { PlantonError } from "../../../contract/planton-error.js";
import type { DatabaseFirewallLocals } from "./locals.js";

/** The resources of the kind. */
export interface DatabaseFirewallResources {
  readonly firewall: DatabaseFirewall;
}

/** Sets the cluster's list of trusted sources. Throws E_REFERENCE_FORM when the cluster's own stack sets that list. */
export function resources(locals: DatabaseFirewallLocals, context: ModuleContext): DatabaseFirewallResources {
  const firewall = new DatabaseFirewall(
    context.name,
    { clusterId: clusterWithoutOwner(locals), rules: locals.rules.map((rule) => ({ ...rule })) },
    // Deleting the firewall empties the list, and an empty list lets the whole internet in.
    context.primary({ retainOnDelete: locals.keepRules }),
  );
  return { firewall };
}

/** The cluster's id once it is certain that no other stack sets the list: two owners would overwrite each other. */
function clusterWithoutOwner({ clusterId, firewallOwner }: DatabaseFirewallLocals): Output<string> {
  if (firewallOwner === undefined) return clusterId;
  return all([clusterId, firewallOwner]).apply(([id, owner]) => {
    if (owner === "stack") {
      throw new PlantonError({
        code: "E_REFERENCE_FORM",
        message: `the stack of database cluster "${id}" sets the cluster's trusted sources itself; a second owner would overwrite them`,
        hint: "set external_firewall: true in the cluster's spec and apply it, or list the sources in its trusted_sources",
      });
    }
    return id;
  });
}
