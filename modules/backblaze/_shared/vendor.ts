import { accountOf, isListed } from "../../../clients/backblaze.js";
import { hints } from "../../../clients/backblaze-hints.js";
import type {
  ExistingResource,
  StateEntry,
  VendorAccount,
  VendorAdapter,
  VendorContext,
} from "../../../contract/vendor.js";

/** Backblaze B2, as the runner needs it beside the plugin. */
export const vendorAdapter: VendorAdapter = {
  name: "backblaze",
  plugins: [{ name: "planton-backblaze", version: "0.1.0", isOwn: true }],
  readAccount,
  readExisting,
  hints,
};

/** The account of the key (b2_authorize_account; backblaze.com/apidocs, read 2026-11). */
async function readAccount(context: VendorContext): Promise<VendorAccount | undefined> {
  const id = await accountOf(context);
  return id === undefined ? undefined : { id, name: `account ${id}` };
}

/** The lists that show what has an id, by type token. */
const lists: Readonly<Record<string, "buckets" | "keys">> = {
  "planton-backblaze:index/bucket:Bucket": "buckets",
  "planton-backblaze:index/applicationKey:ApplicationKey": "keys",
};

/** Reads a resource of the state by its id; see VendorAdapter.readExisting. */
async function readExisting(
  { type, id }: StateEntry,
  context: VendorContext,
): Promise<ExistingResource | "absent" | undefined> {
  const list = lists[type];
  const isFound = list === undefined ? undefined : await isListed(context, list, id);
  if (isFound === undefined) return undefined;
  return isFound ? { tags: [] } : "absent";
}
