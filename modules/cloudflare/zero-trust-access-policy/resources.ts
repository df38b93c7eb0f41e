import { ZeroTrustAccessPolicy } from "@pulumi/cloudflare/zeroTrustAccessPolicy.js";
import type { ModuleContext } from "../../../contract/module.js";
import type { AccessPolicyLocals } from "./locals.js";

/** The resources of the kind. */
export interface AccessPolicyResources {
  readonly policy: ZeroTrustAccessPolicy;
}

/** Makes the policy. */
export function resources(locals: AccessPolicyLocals, context: ModuleContext): AccessPolicyResources {
  return { policy: new ZeroTrustAccessPolicy(context.name, { ...locals }, context.primary()) };
}
