import { defineFrameworkResource } from "../kit/bridged/framework-resource.js";
import { boolean, integer, list, object, string } from "../kit/schema/property-types.js";

/** `cloudflare.ZeroTrustAccessApplication` (terraform-provider-cloudflare v5.22.0, read 2026-11). */
export const accessApplicationResource = defineFrameworkResource({
  type: "cloudflare:index/zeroTrustAccessApplication:ZeroTrustAccessApplication",
  description: "An application behind Access.",
  inputs: {
    accountId: { type: string, replace: true },
    allowedIdps: { type: list(string) },
    appLauncherVisible: { type: boolean, generate: () => true },
    autoRedirectToIdentity: { type: boolean, generate: () => false },
    customDenyMessage: { type: string },
    destinations: { type: list(object({ type: { type: string }, uri: { type: string } })), computed: true },
    domain: { type: string, computed: true },
    httpOnlyCookieAttribute: { type: boolean, computed: true },
    name: { type: string, computed: true },
    policies: { type: list(object({ id: { type: string }, precedence: { type: integer } })) },
    sameSiteCookieAttribute: { type: string },
    sessionDuration: { type: string, computed: true },
    type: { type: string, computed: true },
  },
  outputs: { aud: { type: string } },
  check: ({ accountId }) => (accountId === undefined ? [{ property: "accountId", reason: "a value is required" }] : []),
  collection: "/accounts/{accountId}/access/apps",
  importedBy: ["scope", "accountId", "id"],
  changes: "PUT",
  // A null would leave the policies as they are.
  body: (body) => ({ ...body, policies: body["policies"] ?? [] }),
});
