import { defineFrameworkResource } from "../kit/bridged/framework-resource.js";
import { oneOf } from "../kit/schema/property-rules.js";
import { boolean, integer, list, object, string } from "../kit/schema/property-types.js";

const text = { type: string, required: true } as const;
const empty = { type: object({}) } as const;
const byId = { type: object({ id: text }) } as const;

/** Whom a policy is about, in the order of the SDK: each has one of these. */
const rules = list(
  object({
    anyValidServiceToken: empty,
    authContext: { type: object({ acId: text, id: text, identityProviderId: text }) },
    authMethod: { type: object({ authMethod: text }) },
    azureAd: { type: object({ id: text, identityProviderId: text }) },
    certificate: empty,
    cloudflareAccountMember: { type: object({ accountId: { type: string } }) },
    commonName: { type: object({ commonName: text }) },
    devicePosture: { type: object({ accountId: { type: string }, integrationUid: text }) },
    email: { type: object({ email: text }) },
    emailDomain: { type: object({ domain: text }) },
    emailList: byId,
    everyone: empty,
    externalEvaluation: { type: object({ evaluateUrl: text, keysUrl: text }) },
    geo: { type: object({ countryCode: text }) },
    githubOrganization: { type: object({ identityProviderId: text, name: text, team: { type: string } }) },
    group: byId,
    gsuite: { type: object({ email: text, identityProviderId: text }) },
    ip: { type: object({ ip: text }) },
    ipList: byId,
    linkedAppToken: { type: object({ appUid: text }) },
    loginMethod: byId,
    oidc: { type: object({ claimName: text, claimValue: text, identityProviderId: text }) },
    okta: { type: object({ identityProviderId: text, name: text }) },
    saml: { type: object({ attributeName: text, attributeValue: text, identityProviderId: text }) },
    serviceToken: { type: object({ tokenId: text }) },
  }),
);

/** `cloudflare.ZeroTrustAccessPolicy` (terraform-provider-cloudflare v5.22.0, zero_trust_access_policy, read 2026-11). */
export const accessPolicyResource = defineFrameworkResource({
  type: "cloudflare:index/zeroTrustAccessPolicy:ZeroTrustAccessPolicy",
  description: "A reusable policy of Access.",
  inputs: {
    accountId: { type: string, required: true, replace: true },
    decision: { type: string, required: true, check: oneOf(["allow", "deny", "non_identity", "bypass"]) },
    excludes: { type: rules, computed: true },
    includes: { type: rules, computed: true },
    name: { type: string, required: true },
    requires: { type: rules, computed: true },
    sessionDuration: { type: string, generate: () => "24h" },
  },
  outputs: {
    appCount: { type: integer },
    createdAt: { type: string },
    reusable: { type: boolean },
    updatedAt: { type: string },
  },
  names: {
    special: {
      authContext: "auth_context",
      excludes: "exclude",
      includes: "include",
      requires: "require",
      githubOrganization: "github-organization",
      linkedAppToken: "linked_app_token",
    },
  },
  collection: "/accounts/{accountId}/access/policies",
  importedBy: ["accountId", "id"],
  changes: "PUT",
});
