import {
  type CloudflareZeroTrustAccessPolicySpec_Rule,
  type CloudflareZeroTrustAccessPolicyStackInput,
  CloudflareZeroTrustAccessPolicySpec_Decision as Decision,
} from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_zero_trust_access_policy_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";

/** A rule as the plugin takes it: one key with an object. */
export type AccessRule = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The values of a policy. */
export interface AccessPolicyLocals {
  readonly accountId: string;
  readonly name: string;
  readonly decision: string;
  readonly includes: AccessRule[];
  readonly excludes: AccessRule[];
  readonly requires: AccessRule[];
  readonly sessionDuration: string;
}

/** The values of a policy manifest. */
export function locals(input: CloudflareZeroTrustAccessPolicyStackInput, context: ModuleContext): AccessPolicyLocals {
  const spec = present(input.target?.spec, "target.spec");
  return {
    accountId: context.account(),
    name: spec.policyName ?? context.resourceName,
    decision: Decision[spec.decision],
    includes: spec.include.map(accessRule),
    excludes: spec.exclude.map(accessRule),
    requires: spec.require.map(accessRule),
    sessionDuration: present(spec.sessionDuration, "target.spec.session_duration"),
  };
}

/** The compiler holds that no rule is left out: one that was skipped would let others in. */
function accessRule({ rule }: CloudflareZeroTrustAccessPolicySpec_Rule): AccessRule {
  switch (rule.case) {
    case "email":
      return { email: { email: rule.value } };
    case "emailDomain":
      return { emailDomain: { domain: rule.value } };
    case "emailList":
    case "ipList":
    case "group":
    case "loginMethod":
      return { [rule.case]: { id: rule.value } };
    case "ip":
      return { ip: { ip: rule.value } };
    case "geo":
      return { geo: { countryCode: rule.value } };
    case "authMethod":
      return { authMethod: { authMethod: rule.value } };
    case "commonName":
      return { commonName: { commonName: rule.value } };
    case "devicePosture":
      return { devicePosture: { integrationUid: rule.value } };
    case "serviceToken":
      return { serviceToken: { tokenId: rule.value } };
    case "linkedAppToken":
      return { linkedAppToken: { appUid: rule.value } };
    case "accountMember":
      return { cloudflareAccountMember: { accountId: rule.value } };
    case "everyone":
    case "certificate":
    case "anyValidServiceToken":
      return { [rule.case]: {} };
    case "authContext":
    case "azureAd":
    case "externalEvaluation":
    case "githubOrganization":
    case "gsuite":
    case "oidc":
    case "okta":
    case "saml": {
      const { $typeName: _name, $unknown: _unknown, ...fields } = rule.value;
      return { [rule.case]: fields };
    }
    case undefined:
      throw new RangeError("a rule without a field passed the checks");
  }
}
