import { organizationsOf, sentryOf } from "../../../clients/sentry.js";
import { hints } from "../../../clients/sentry-hints.js";
import type {
  ExistingResource,
  StateEntry,
  VendorAccount,
  VendorAdapter,
  VendorContext,
} from "../../../contract/vendor.js";
import { asNonEmptyString } from "../../../http/json.js";

/** Sentry, as the runner needs it beside the plugin. */
export const vendorAdapter: VendorAdapter = {
  name: "sentry",
  plugins: [{ name: "planton-sentry", version: "0.1.0", isOwn: true }],
  readAccount,
  readExisting,
  hints,
};

/**
 * The one organization that the token sees (GET /0/organizations/; docs.sentry.io/api, read 2026-11). Undefined for a
 * person's token that sees several, or none: which one is meant is seen by what the state has.
 */
async function readAccount(context: VendorContext): Promise<VendorAccount | undefined> {
  const [organization, ...more] = (await organizationsOf(sentryOf(context))) ?? [];
  const [id, slug] = [asNonEmptyString(organization?.["id"]), asNonEmptyString(organization?.["slug"])];
  return id === undefined || more.length > 0 ? undefined : { id, name: `organization ${slug ?? id}` };
}

/** Paths of the objects, by type token and the parts of the id. */
const paths: Readonly<Record<string, (parts: readonly string[]) => string>> = {
  "planton-sentry:index/project:Project": ([organization, id]) => `/0/projects/${organization}/${id}/`,
  "planton-sentry:index/team:Team": ([organization, id]) => `/0/teams/${organization}/${id}/`,
  "planton-sentry:index/clientKey:ClientKey": ([organization, project, id]) =>
    `/0/projects/${organization}/${project}/keys/${id}/`,
};

/** Reads a resource of the state by its id; see VendorAdapter.readExisting. */
async function readExisting(
  { type, id }: StateEntry,
  context: VendorContext,
): Promise<ExistingResource | "absent" | undefined> {
  const path = paths[type];
  if (path === undefined) return undefined;
  const body = await sentryOf(context).find(path(id.split(".").map(encodeURIComponent)));
  return body === undefined || body === "absent" ? body : { tags: [] };
}
