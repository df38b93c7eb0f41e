import type { VendorHint } from "../contract/vendor.js";
import { errorPattern } from "../http/error-message.js";

/** What to do about Backblaze B2's messages; the first match wins, so the exact ones come first. */
export const hints: readonly VendorHint[] = [
  {
    pattern: errorPattern({ text: /duplicate_bucket_name/ }),
    hint: "names of buckets are unique among all accounts: give another name, or import one of this account by metadata.import_id",
  },
  {
    pattern: errorPattern({ text: /cannot_delete_non_empty_bucket/ }),
    hint: "the bucket has files: delete all their versions, or apply force_destroy: true first, which deletes them with it",
  },
  {
    pattern: errorPattern({ text: /too_many_buckets/ }),
    hint: "the account may have no more buckets: delete one that nobody needs, or ask Backblaze for more",
  },
  {
    pattern: errorPattern({ text: /conflict/ }),
    hint: "the bucket was changed by somebody else at the same time: run it again",
  },
  {
    pattern: errorPattern({ text: /cap_exceeded/ }),
    hint: "a cap of the account is reached: raise it in Backblaze's console, or wait until the day is over there",
  },
  {
    pattern: errorPattern({ text: /unauthorized/ }),
    hint: "the key may not do this: give one with the capabilities that docs/backblaze-b2.md lists, not restricted to another bucket",
  },
  {
    pattern: errorPattern({ text: /bad_auth_token/ }),
    hint: "Backblaze B2 refuses the key: check B2_APPLICATION_KEY_ID and B2_APPLICATION_KEY",
  },
];
