import { secret } from "@pulumi/pulumi";
import type { ProviderFactory } from "../../../contract/module.js";
import { Provider } from "../../gen/resources/tidbcloud.js";

/**
 * Makes the TiDB Cloud provider resource. With an inline key pair its private key is a secret input; without one the
 * plugin takes TIDBCLOUD_PUBLIC_KEY and TIDBCLOUD_PRIVATE_KEY from its environment, and no key enters the state.
 */
export const providerFactory: ProviderFactory = (inline) => {
  const { public_key: publicKey, private_key: privateKey } = inline ?? {};
  return new Provider("tidbcloud", {
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(privateKey === undefined ? {} : { privateKey: secret(privateKey) }),
  });
};
