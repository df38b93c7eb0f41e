import { stringField } from "../kit/base/json-fields.js";
import { collection } from "../kit/vendor/collection.js";
import { accountItems, type CloudflareRoute, newId, type Request } from "./cloudflare-request.js";
import { cloudflareForm, refusal, success } from "./envelope.js";

interface KvNamespace {
  readonly id: string;
  readonly title: string;
  readonly supports_url_encoding: boolean;
}

const namespaces = collection<Request, KvNamespace>({
  path: "/client/v4/accounts/:account/storage/kv/namespaces/:namespace",
  keys: ["namespace", "namespaces"],
  form: cloudflareForm,
  items: (request) => accountItems(request, "kv_namespaces"),
  id: ({ id }) => id,
  view: (namespace) => namespace,
  build(body, request, old) {
    const title = stringField(body, "title");
    if (title === "") throw refusal(400, 10012, "a namespace must have a title");
    if (title.length > 512) throw refusal(400, 10012, "the namespace title must be at most 512 characters");
    return { id: old?.id ?? newId(request), title, supports_url_encoding: true };
  },
  unique: {
    key: ({ title }) => title,
    taken: () => refusal(400, 10014, "a namespace with this account ID and title already exists"),
  },
  notFound: () => refusal(404, 10013, "namespace not found"),
  changes: { PUT: "replace" },
  respond: { delete: () => success(null) },
});

/** `/storage/kv/namespaces`: create, list, get, change, delete (OpenAPI document of 2024-08, read 2026-11). */
export const kvNamespaceRoutes: readonly CloudflareRoute[] = namespaces.routes;
