import { objectField, stringField } from "../kit/base/json-fields.js";
import { collection } from "../kit/vendor/collection.js";
import { accountItems, type CloudflareRoute, type Request, timeText } from "./cloudflare-request.js";
import { cloudflareForm, refusal, success } from "./envelope.js";

interface D1Database {
  readonly uuid: string;
  readonly name: string;
  readonly version: string;
  readonly created_at: string;
  readonly num_tables: number;
  readonly file_size: number;
  readonly jurisdiction: string | null;
  readonly read_replication: { readonly mode: string };
}

const databases = collection<Request, D1Database>({
  path: "/client/v4/accounts/:account/d1/database/:database",
  keys: ["database", "databases"],
  form: cloudflareForm,
  items: (request) => accountItems(request, "d1_databases"),
  id: ({ uuid }) => uuid,
  view: (database) => database,
  filters: { name: (database, name) => database.name.startsWith(name) },
  build(body, request, old) {
    const name = old?.name ?? stringField(body, "name");
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) throw refusal(400, 7400, "The request is malformed: name is invalid");
    // A null is no replication either (terraform-provider-cloudflare issue 6309, read 2026-11).
    if (body["read_replication"] === null)
      throw refusal(400, 7400, "The request is malformed: read_replication is null");
    const mode = stringField(objectField(body, "read_replication") ?? {}, "mode") || old?.read_replication.mode;
    if (mode !== undefined && mode !== "auto" && mode !== "disabled")
      throw refusal(400, 7400, "The request is malformed: read_replication.mode is invalid");
    return {
      ...{ uuid: old?.uuid ?? request.uuid(), name, version: "production", num_tables: 0, file_size: 12_288 },
      created_at: old?.created_at ?? timeText(request.nowMs),
      jurisdiction: old?.jurisdiction ?? (stringField(body, "jurisdiction") || null),
      read_replication: { mode: mode ?? "disabled" },
    };
  },
  unique: {
    key: ({ name }) => name,
    taken: (name) => refusal(400, 7502, `A database with the name "${name}" already exists`),
  },
  notFound: (id) => refusal(404, 7404, `The database ${id} could not be found`),
  changes: { PUT: "replace", PATCH: "replace" },
  respond: { delete: () => success(null) },
});

/** `/d1/database`: create, list, get, change, delete (OpenAPI document of 2024-08, read 2026-11). */
export const d1DatabaseRoutes: readonly CloudflareRoute[] = databases.routes;
