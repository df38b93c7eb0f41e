import type { VendorHint } from "../contract/vendor.js";
import { errorPattern } from "../http/error-message.js";

/** What to do about Sentry's messages; the first match wins, so the exact ones come first. */
export const hints: readonly VendorHint[] = [
  {
    pattern: /a (project|team|client key) of that name exists already, and this stack did not make it/,
    hint: "give it another slug or name in the spec, or take a project into the stack: metadata.import_id: <organization>.<slug>",
  },
  {
    pattern: errorPattern({ status: 401, text: /token/ }),
    hint: "Sentry refuses the token: check SENTRY_AUTH_TOKEN or the credential; a token of another region or a Sentry of your own needs its address, SENTRY_BASE_URL",
  },
  {
    pattern: errorPattern({ status: 409, text: /slug already exists/ }),
    hint: "a slug is unique in the organization, and one of a project that is being deleted stays taken for a while: choose another slug",
  },
  {
    pattern: errorPattern({ text: /already using that slug/ }),
    hint: "another project of the organization has that slug: choose another one",
  },
  {
    pattern: errorPattern({ text: /invalid platform/ }),
    hint: "Sentry does not know the platform: planton explain SentryProject.spec.platform lists those that are known, and other is always taken",
  },
  {
    pattern: errorPattern({ status: 404, text: /requested resource does not exist/ }),
    hint: "the organization or the team does not exist, or the token may not see it; a region has an address of its own, SENTRY_BASE_URL",
  },
  {
    pattern: errorPattern({ status: 403, text: /permission/ }),
    hint: "the token needs the scopes project:admin and team:admin; one of an organization (sntrys_) has fewer: take one of an internal integration",
  },
  {
    pattern: errorPattern({ status: 429, text: /too frequently|rate limit/ }),
    hint: "Sentry allows a number of requests a second: run it again, or with fewer stacks at once",
  },
];
