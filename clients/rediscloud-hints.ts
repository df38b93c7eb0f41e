import type { VendorHint } from "../contract/vendor.js";
import { errorPattern } from "../http/error-message.js";

/** What to do about Redis Cloud's messages; the first match wins, so the exact ones come first. */
export const hints: readonly VendorHint[] = [
  {
    pattern: /PAYMENT_INFO_NOT_PROVIDED/,
    hint: "a plan that costs something needs essentials.credit_card_id, or essentials.marketplace: true",
  },
  {
    pattern: /DATABASE_NAME_ALREADY_EXISTS/,
    hint: "take the database over with metadata.import_id: <subscription id>/<database id>, or choose another database_name",
  },
  {
    pattern: /SUBSCRIPTION_NOT_ACTIVE/,
    hint: "something else changes the subscription, and Redis Cloud makes one change at a time: wait and run it again",
  },
  {
    pattern: /rcp-cannot-provision-without-plan/,
    hint: "the plan is not to be had in this region any more: choose another essentials.plan_id",
  },
  {
    pattern: errorPattern({ status: 401, text: /unauthorized|invalid|keys?/ }),
    hint: "Redis Cloud refuses the keys: check REDISCLOUD_ACCESS_KEY and REDISCLOUD_SECRET_KEY or the credential",
  },
  {
    pattern: errorPattern({ status: 429, text: /too many requests|rate limit/ }),
    hint: "Redis Cloud allows 400 requests a minute: wait a minute and run it again",
  },
];
