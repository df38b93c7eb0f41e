import type { VendorHint } from "../contract/vendor.js";
import { errorPattern } from "../http/error-message.js";

const editToken = "edit the token at https://dash.cloudflare.com/profile/api-tokens";

/** What a token may not do, by the path that it was refused at ("API token permissions", Cloudflare, 2026-11). */
const permissions: readonly (readonly [path: string, permission: string])[] = [
  ["accounts/[^/\\s]+/pages/", "Account: Cloudflare Pages: Edit"],
  ["accounts/[^/\\s]+/storage/kv/", "Account: Workers KV Storage: Edit"],
  ["accounts/[^/\\s]+/queues", "Account: Queues: Edit"],
  ["accounts/[^/\\s]+/access/", "Account: Access: Apps and Policies: Edit"],
  ["accounts/[^/\\s]+/d1/", "Account: D1: Edit"],
  ["accounts/[^/\\s]+/r2/", "Account: Workers R2 Storage: Edit"],
  ["accounts/[^/\\s]+/workers/", "Account: Workers Scripts: Edit"],
  ["zones/[^/\\s]+/workers/", "Zone: Workers Routes: Edit"],
  ["zones/[^/\\s]+/dns_records", "Zone: DNS: Edit"],
  ["zones", "Zone: Zone: Edit"],
];

/** What to do about Cloudflare's messages and those of its plugin; the first match wins, so the exact ones come first. */
export const hints: readonly VendorHint[] = [
  ...permissions.map(([path, permission]) => ({
    pattern: new RegExp(`\\b(?:GET|POST|PUT|PATCH|DELETE) \\S+/${path}\\S*: 403\\b`),
    hint: `the token lacks a permission, or is for other resources: give it "${permission}"; ${editToken}`,
  })),
  {
    pattern: /A project with this name already exists/i,
    hint: "take the project over with metadata.import_id: <account id>/<project name>, or choose another project name",
  },
  {
    pattern: /already added this custom domain/i,
    hint: "the domain is of another Pages project, maybe in another account: remove it there first",
  },
  {
    pattern: /Your project has custom domains/i,
    hint: "remove the project's custom domains that this stack did not make, in Cloudflare's dashboard",
  },
  {
    pattern: /8000022/,
    hint: "a binding lacks what it is bound to, or that is not in this account: check its name or id",
  },
  {
    pattern: /a namespace with this account ID and title already exists/i,
    hint: "take the namespace over with metadata.import_id: <account id>/<namespace id>, or choose another namespace_name",
  },
  {
    pattern: /Queue name '[^']*' is already taken/i,
    hint: "take the queue over with metadata.import_id: <account id>/<queue id>, or choose another queue_name",
  },
  {
    pattern: /reusable_policy_in_use/,
    hint: "take the policy out of the applications first, in a run before this one",
  },
  {
    pattern: /"code":11010\b/,
    hint: "take the application over with metadata.import_id: accounts/<account id>/<application id>, or choose another domain",
  },
  {
    pattern: /"code":7502\b/,
    hint: "take the database over with metadata.import_id: <account id>/<database id>, or choose another database_name",
  },
  {
    pattern: /"code":10004\b/,
    hint: "take the bucket over with metadata.import_id: <account id>/<bucket name>/<jurisdiction>, or choose another bucket_name",
  },
  {
    pattern: /"code":10008\b/,
    hint: "a bucket is deleted when it is empty: delete its objects first, such as by a lifecycle rule or rclone",
  },
  {
    pattern: /"code":1061\b/,
    hint: "take the zone over with metadata.import_id: <zone id>, which the dashboard shows on the zone's overview",
  },
  {
    pattern: /"code":(?:81057|81058)\b/,
    hint: "delete it in the dashboard, or take it over: metadata.import_id: <zone id>/<record id> of a CloudflareDnsRecord of its own",
  },
  {
    pattern: /"code":81053\b/,
    hint: "a name with a CNAME record has no A, AAAA or second CNAME: remove the other one first, in a run of its own where it is this stack's",
  },
  {
    pattern: /one zone property can be changed at a time/i,
    hint: "change paused, type and vanity_name_servers in runs of their own",
  },
  {
    pattern: errorPattern({ status: 401, text: /invalid api token/ }),
    hint: "Cloudflare refuses the token, which may be revoked or expired: check CLOUDFLARE_API_TOKEN, the credential or provider_config",
  },
  {
    pattern: errorPattern({ status: 429, text: /rate limit|throttling/ }),
    hint: "Cloudflare allows 1200 requests in five minutes for each user: wait and run it again",
  },
];
