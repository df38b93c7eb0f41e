import type { VendorHint } from "../contract/vendor.js";
import { errorPattern } from "../http/error-message.js";

/** What to do about Doppler's messages and those of its plugin; the first match wins, so the exact ones come first. */
export const hints: readonly VendorHint[] = [
  {
    pattern: /already, and this stack did not make it/,
    hint: "in the manifest, adoption_policy: adopt_if_found overwrites it; the secret then stays at Doppler when its stack is destroyed",
  },
  {
    pattern: errorPattern({ status: 401, anywhere: /invalid auth token/ }),
    hint: "Doppler refuses the token: check DOPPLER_TOKEN or the credential, or make a new one in the project's config: Access, service token with read and write",
  },
  {
    pattern: /does not have access to requested (project|config)/i,
    hint: "a service token is for one project and config alone: make one for those of the spec, or use one of a service account",
  },
  {
    pattern: /could not find requested (project|config|environment)/i,
    hint: "project and config have to be there already: make them at Doppler, or correct their names in the spec",
  },
  {
    pattern: /may not read its value/,
    hint: "a restricted secret can be read by service tokens and service accounts alone: use one of these, or visibility: masked",
  },
  {
    pattern: errorPattern({ status: 403, text: /token (has|is) read.?only/ }),
    hint: "the token may only read: make a service token with read and write in the project's config, under Access",
  },
  {
    pattern: errorPattern({ status: 429, text: /too many requests|rate limit/ }),
    hint: "Doppler allows a number of requests a minute for each token: wait a minute and run again",
  },
];
