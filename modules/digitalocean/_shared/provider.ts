import { Provider } from "@pulumi/digitalocean/provider.js";
import { secret } from "@pulumi/pulumi";
import type { ProviderFactory } from "../../../contract/module.js";

/**
 * Makes the DigitalOcean provider resource. With an inline token that is its secret input; without one the plugin takes
 * DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN from its environment, and no token enters the state.
 */
export const providerFactory: ProviderFactory = (inline) => {
  const token = inline?.["api_token"];
  return new Provider("digitalocean", token === undefined ? {} : { token: secret(token) });
};
