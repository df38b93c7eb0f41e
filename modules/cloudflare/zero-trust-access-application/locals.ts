import type { Output } from "@pulumi/pulumi";
import {
  type CloudflareZeroTrustAccessApplicationStackInput,
  CloudflareZeroTrustAccessApplicationSpec_SameSite as SameSite,
  CloudflareZeroTrustAccessApplicationSpec_Type as Type,
} from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_zero_trust_access_application_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";

/** The values of an application. */
export interface AccessApplicationLocals {
  readonly accountId: string;
  readonly name: string;
  readonly type: string;
  readonly domain: string;
  readonly destinations: { readonly type: string; readonly uri: string }[];
  readonly policies: { readonly id: Output<string>; readonly precedence: number }[];
  readonly sessionDuration: string;
  readonly allowedIdps: string[] | undefined;
  readonly autoRedirectToIdentity: boolean;
  readonly appLauncherVisible: boolean;
  readonly httpOnlyCookieAttribute: boolean;
  readonly sameSiteCookieAttribute: string | undefined;
  readonly customDenyMessage: string | undefined;
}

/** The values of an application manifest. */
export function locals(
  input: CloudflareZeroTrustAccessApplicationStackInput,
  context: ModuleContext,
): AccessApplicationLocals {
  const spec = present(input.target?.spec, "target.spec");
  const { domain, sameSiteCookieAttribute: sameSite } = spec;
  return {
    accountId: context.account(),
    name: spec.applicationName ?? context.resourceName,
    type: Type[present(spec.type, "target.spec.type")],
    domain,
    destinations: [{ type: "public", uri: domain }],
    // With an order of its own each: without one Cloudflare's plugin goes by the list and drifts
    // (terraform-provider-cloudflare issue 5495, read 2026-11).
    policies: spec.policies.map(({ policy, precedence }, index) => ({
      id: present(context.input(policy), "target.spec.policies.policy"),
      precedence: precedence ?? index + 1,
    })),
    sessionDuration: present(spec.sessionDuration, "target.spec.session_duration"),
    allowedIdps: spec.allowedIdps.length > 0 ? spec.allowedIdps : undefined,
    autoRedirectToIdentity: spec.autoRedirectToIdentity ?? false,
    appLauncherVisible: spec.appLauncherVisible ?? true,
    httpOnlyCookieAttribute: spec.httpOnlyCookieAttribute ?? true,
    sameSiteCookieAttribute: sameSite === undefined ? undefined : SameSite[sameSite],
    customDenyMessage: spec.customDenyMessage,
  };
}
