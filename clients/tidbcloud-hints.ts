import type { VendorHint } from "../contract/vendor.js";
import { errorPattern } from "../http/error-message.js";

/** What to do about TiDB Cloud's messages; the first match wins, so the exact ones come first. */
export const hints: readonly VendorHint[] = [
  {
    pattern: errorPattern({ status: 401, text: /unauthenticated/ }),
    hint: "TiDB Cloud refuses the keys: check TIDBCLOUD_PUBLIC_KEY and TIDBCLOUD_PRIVATE_KEY or the credential, or make a new pair: https://tidbcloud.com/org-settings/api-keys",
  },
  {
    pattern: errorPattern({
      text: /free (cluster|quota)|quota.*(exceed|reach|exhaust)|limit of .*clusters|too many.*clusters/,
    }),
    hint: "an organisation has a few free clusters only: set spending_limit_monthly_cents above 0, which needs a payment method, or delete a cluster that nobody needs",
  },
  {
    pattern: errorPattern({ text: /project.*(not found|does not exist|not exist|invalid|no permission)/ }),
    hint: "project_id must be a project of the keys' own organisation: 1 to 20 digits, as the console shows it; leave it out for the default project",
  },
  {
    pattern: errorPattern({
      text: /region.*(not found|does not exist|not supported|unsupported|invalid|unknown|unavailable)/,
    }),
    hint: "use a region that serverless clusters are offered in, such as aws-us-east-1 or aws-ap-northeast-1",
  },
  {
    pattern: errorPattern({ text: /spending.?limit/ }),
    hint: "the limit cannot be less than what this month has cost already, and more than 0 needs a payment method",
  },
  {
    pattern: errorPattern({ text: /password/ }),
    hint: "a root password has 8 to 64 characters with a lower-case letter, an upper-case letter and a digit",
  },
  {
    pattern: errorPattern({ status: 429, text: /rate limit/ }),
    hint: "TiDB Cloud allows 100 requests a minute for each key: wait a minute and run again, or use a key of its own for this",
  },
  {
    pattern: errorPattern({ status: 403, text: /permission.?denied/ }),
    hint: "the keys may not do this: they need the role of an organisation owner or project owner",
  },
];
