import { secret } from "@pulumi/pulumi";
import type { ProviderFactory } from "../../../contract/module.js";
import { Provider } from "../../gen/resources/planton-doppler.js";

/**
 * Makes the Doppler provider resource. An inline token is a secret input; without one the plugin takes DOPPLER_TOKEN from
 * its environment, and no token enters the state.
 */
export const providerFactory: ProviderFactory = (inline) => {
  const { token } = inline ?? {};
  return new Provider("doppler", token === undefined ? {} : { token: secret(token) });
};
