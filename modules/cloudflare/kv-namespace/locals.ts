import type { CloudflareKvNamespaceStackInput } from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_kv_namespace_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";

/** The values of a namespace. */
export interface KvNamespaceLocals {
  readonly accountId: string;
  readonly title: string;
}

/** The values of a namespace manifest. */
export function locals(input: CloudflareKvNamespaceStackInput, context: ModuleContext): KvNamespaceLocals {
  const spec = present(input.target?.spec, "target.spec");
  return { accountId: context.account(), title: spec.namespaceName ?? context.resourceName };
}
