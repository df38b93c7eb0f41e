import { Provider } from "@pulumi/cloudflare/provider.js";
import { secret } from "@pulumi/pulumi";
import type { ProviderFactory } from "../../../contract/module.js";
import { Provider as PlantonProvider } from "../../gen/resources/planton-cloudflare.js";

/**
 * Makes the provider resource of the official plugin or of planton's own, which take the same configuration. Inline
 * credentials are its secret inputs; without them the plugin takes CLOUDFLARE_API_TOKEN, or CLOUDFLARE_API_KEY and
 * CLOUDFLARE_EMAIL, from its environment, and none enters the state.
 */
export const providerFactory: ProviderFactory = (inline = {}, plugin) => {
  const { api_token: token, api_key: key, email } = inline;
  const args = {
    ...(token === undefined ? {} : { apiToken: secret(token) }),
    ...(key === undefined ? {} : { apiKey: secret(key) }),
    ...(email === undefined ? {} : { email }),
  };
  return plugin === "planton-cloudflare" ? new PlantonProvider("cloudflare", args) : new Provider("cloudflare", args);
};
