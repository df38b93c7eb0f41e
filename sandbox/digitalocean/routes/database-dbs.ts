import { stringField } from "../../kit/base/json-fields.js";
import { Refusal } from "../../kit/base/refusal.js";
import { collection } from "../../kit/vendor/collection.js";
import { type DigitalOceanRoute, inhabitedCluster, type Request } from "../account-request.js";
import { accessOf } from "../clusters/connections.js";
import { messages } from "../messages.js";
import { responseForm } from "../response-form.js";

/** The databases of a cluster. */
export const databases = collection<Request, string>({
  path: "/v2/databases/:cluster/dbs/:database",
  keys: ["db", "dbs"],
  form: responseForm,
  items: (request) => inhabitedCluster(request).databases,
  id: (name) => name,
  view: (name) => ({ name }),
  build(body) {
    const name = stringField(body, "name");
    if (!/^[A-Za-z0-9_-]{1,63}$/.test(name)) throw new Refusal(422, messages.databaseName);
    return name;
  },
  unique: { key: (name) => name, taken: () => new Refusal(409, messages.databaseExists) },
  notFound: () => new Refusal(404, messages.databaseNotFound),
  beforeDelete(name, request) {
    // As docs.digitalocean.com says of PostgreSQL and MySQL (details/limits, read 2026-11).
    if (name === accessOf(inhabitedCluster(request).engine).database) throw new Refusal(422, messages.databaseDefault);
  },
});

/** `/v2/databases/:cluster/dbs`; refused with 422 for caching engines, as DigitalOcean has no databases there. */
export const databaseDbRoutes: readonly DigitalOceanRoute[] = databases.routes;
