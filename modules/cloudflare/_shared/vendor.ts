import { cloudflareOf, listAll, resultOf } from "../../../clients/cloudflare.js";
import { hints } from "../../../clients/cloudflare-hints.js";
import { PlantonError } from "../../../contract/planton-error.js";
import type {
  ExistingResource,
  StateEntry,
  VendorAccount,
  VendorAdapter,
  VendorContext,
} from "../../../contract/vendor.js";
import { asNonEmptyString, type JsonObject } from "../../../http/json.js";
import { findCreated, lookups, refusalOf } from "./find-created.js";
import { collectionPath, headersOf, readPaths, resourcePlaces } from "./resource-places.js";

/** Cloudflare, as the runner needs it beside the plugin. */
export const vendorAdapter: VendorAdapter = {
  name: "cloudflare",
  plugins: [
    { name: "cloudflare", version: "6.22.1", isOwn: false },
    { name: "planton-cloudflare", version: "0.1.0", isOwn: true },
  ],
  readAccount,
  readExisting,
  recovery: { findCreated, lookups, refusalOf },
  hints,
};

/**
 * The account that is named beside the credentials (GET /accounts/{id}), else the only one that they see (GET /accounts).
 * Undefined when they may read none. Throws E_ACCOUNT_UNKNOWN when they see several.
 */
async function readAccount(context: VendorContext): Promise<VendorAccount | undefined> {
  const client = cloudflareOf(context);
  const named = context.credentials["account_id"];
  if (named !== undefined) {
    const body = await client.find(`/accounts/${encodeURIComponent(named)}`);
    return body === undefined || body === "absent" ? undefined : identity(resultOf(body));
  }
  const first = await client.find("/accounts?page=1&per_page=1");
  if (first === undefined || first === "absent") return undefined;
  const accounts = (await listAll(client, "/accounts")).flatMap((account) => identity(account) ?? []);
  const [only] = accounts;
  if (accounts.length < 2) return only;
  const all = accounts.map(({ id, name }) => `"${id}" (${name})`).join(", ");
  throw new PlantonError({
    code: "E_ACCOUNT_UNKNOWN",
    message: `the credentials see several accounts, and none is named: ${all}`,
    hint: "name one: spec.account_id, provider_config.account_id or CLOUDFLARE_ACCOUNT_ID",
  });
}

function identity(account: JsonObject): VendorAccount | undefined {
  const id = asNonEmptyString(account["id"]);
  return id === undefined ? undefined : { id, name: asNonEmptyString(account["name"]) ?? id };
}

/** Reads a resource of the state by its id, where its inputs say in which account or zone it is. */
async function readExisting(
  { type, id, inputs }: StateEntry,
  context: VendorContext,
): Promise<ExistingResource | "absent" | undefined> {
  const place = resourcePlaces[type];
  const collection = place && collectionPath({ collection: place.readBelow ?? place.collection }, inputs);
  const readPath = readPaths[type];
  const read = readPath && collectionPath({ collection: readPath }, { ...inputs, id });
  const path = place && collection ? `${collection}/${encodeURIComponent(id)}` : (read ?? ownPath(type, id));
  if (path === undefined) return undefined;
  const headers = headersOf(place ?? { jurisdictionHeader: "cf-r2-jurisdiction" }, inputs);
  const body = await cloudflareOf(context).find(path, headers);
  return body === undefined || body === "absent" ? body : { tags: [] };
}

/** Path of a resource of planton's own plugin, whose id says where it is: `<account>/<project>[/<deployment>]`. */
function ownPath(type: string, id: string): string | undefined {
  if (!type.startsWith("planton-cloudflare:index/pages")) return undefined;
  const [account = "", project = "", deployment] = id.split("/").map(encodeURIComponent);
  const path = `/accounts/${account}/pages/projects/${project}`;
  return deployment === undefined ? path : `${path}/deployments/${deployment}`;
}
