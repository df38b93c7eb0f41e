import { Provider } from "@pulumi/cloudflare/provider.js";
import { secret } from "@pulumi/pulumi";
import type { ProviderFactory } from "../../../contract/module.js";

/**
 * Makes the Cloudflare provider resource. Inline credentials are its secret inputs; without them the plugin takes
 * CLOUDFLARE_API_TOKEN, or CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL, from its environment, and none enters the state.
 */
export const providerFactory: ProviderFactory = (inline = {}) => {
  const { api_token: token, api_key: key, email } = inline;
  return new Provider("cloudflare", {
    ...(token === undefined ? {} : { apiToken: secret(token) }),
    ...(key === undefined ? {} : { apiKey: secret(key) }),
    ...(email === undefined ? {} : { email }),
  });
};
