import { secret } from "@pulumi/pulumi";
import type { ProviderFactory } from "../../../contract/module.js";
import { Provider } from "../../gen/resources/planton-rediscloud.js";

/**
 * Makes the Redis Cloud provider resource. Inline keys are secret inputs; without them the plugin takes those of its
 * environment, and none enters the state.
 */
export const providerFactory: ProviderFactory = (inline) => {
  const { access_key: accessKey, secret_key: secretKey, base_url: baseUrl } = inline ?? {};
  return new Provider("rediscloud", {
    ...(accessKey === undefined ? {} : { accessKey: secret(accessKey) }),
    ...(secretKey === undefined ? {} : { secretKey: secret(secretKey) }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });
};
