import { ZeroTrustAccessApplication } from "@pulumi/cloudflare/zeroTrustAccessApplication.js";
import type { ModuleContext } from "../../../contract/module.js";
import type { AccessApplicationLocals } from "./locals.js";

/** The resources of the kind. */
export interface AccessApplicationResources {
  readonly application: ZeroTrustAccessApplication;
}

/** Makes the application, with its policies attached. */
export function resources(locals: AccessApplicationLocals, context: ModuleContext): AccessApplicationResources {
  return { application: new ZeroTrustAccessApplication(context.name, { ...locals }, context.primary()) };
}
