import type { CloudflareZeroTrustAccessPolicyStackOutputs } from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_zero_trust_access_policy_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { AccessPolicyResources } from "./resources.js";

/** The stack outputs of a policy. */
export function outputs({ policy }: AccessPolicyResources): OutputsOf<CloudflareZeroTrustAccessPolicyStackOutputs> {
  return { policyId: policy.id, policyName: policy.name, accountId: policy.accountId };
}
