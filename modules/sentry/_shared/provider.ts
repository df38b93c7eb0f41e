import { secret } from "@pulumi/pulumi";
import type { ProviderFactory } from "../../../contract/module.js";
import { Provider } from "../../gen/resources/planton-sentry.js";

/**
 * Makes the Sentry provider resource. An inline token is a secret input; without one the plugin takes SENTRY_AUTH_TOKEN
 * from its environment, and no token enters the state.
 */
export const providerFactory: ProviderFactory = (inline) => {
  const { token, base_url: baseUrl } = inline ?? {};
  return new Provider("sentry", {
    ...(token === undefined ? {} : { token: secret(token) }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });
};
