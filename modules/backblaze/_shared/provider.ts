import { secret } from "@pulumi/pulumi";
import type { ProviderFactory } from "../../../contract/module.js";
import { Provider } from "../../gen/resources/planton-backblaze.js";

/**
 * Makes the Backblaze B2 provider resource. An inline key is a secret input; without one the plugin takes
 * B2_APPLICATION_KEY_ID and B2_APPLICATION_KEY from its environment, and no key enters the state.
 */
export const providerFactory: ProviderFactory = (inline) => {
  const { application_key_id: applicationKeyId, application_key: applicationKey } = inline ?? {};
  return new Provider("backblaze", {
    ...(applicationKeyId === undefined ? {} : { applicationKeyId }),
    ...(applicationKey === undefined ? {} : { applicationKey: secret(applicationKey) }),
  });
};
