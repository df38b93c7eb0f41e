import type { CloudflareKvNamespaceStackOutputs } from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_kv_namespace_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { KvNamespaceResources } from "./resources.js";

/** The stack outputs of a namespace. */
export function outputs({ namespace }: KvNamespaceResources): OutputsOf<CloudflareKvNamespaceStackOutputs> {
  const { id: namespaceId, title: namespaceName, supportsUrlEncoding, accountId } = namespace;
  return { namespaceId, namespaceName, supportsUrlEncoding, accountId };
}
