import type { CloudflareZeroTrustAccessApplicationStackOutputs } from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_zero_trust_access_application_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { AccessApplicationLocals } from "./locals.js";
import type { AccessApplicationResources } from "./resources.js";

/** The stack outputs of an application. */
export function outputs(
  { application }: AccessApplicationResources,
  { accountId }: AccessApplicationLocals,
): OutputsOf<CloudflareZeroTrustAccessApplicationStackOutputs> {
  return { applicationId: application.id, aud: application.aud, domain: application.domain, accountId };
}
