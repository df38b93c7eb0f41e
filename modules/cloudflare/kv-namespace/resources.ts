import { WorkersKvNamespace } from "@pulumi/cloudflare/workersKvNamespace.js";
import type { ModuleContext } from "../../../contract/module.js";
import type { KvNamespaceLocals } from "./locals.js";

/** The resources of the kind. */
export interface KvNamespaceResources {
  readonly namespace: WorkersKvNamespace;
}

/** Makes the namespace. */
export function resources(locals: KvNamespaceLocals, context: ModuleContext): KvNamespaceResources {
  return { namespace: new WorkersKvNamespace(context.name, { ...locals }, context.primary()) };
}
