import type { BridgedApi } from "../kit/bridged/bridged-api.js";
import type { Provider } from "../kit/resource/provider.js";
import { resources } from "./gen/resources.js";
import { checkEndpoint, configureApi, providerConfig } from "./provider-config.js";

/** The stand-in of the Cloudflare plugin: serves the sandbox under the tokens of `@pulumi/cloudflare` 6.22.1. */
export const cloudflareProvider: Provider<BridgedApi> = {
  name: "cloudflare",
  // The SDK asks for a plugin of exactly its own version.
  version: "6.22.1",
  description: "A stand-in of the Cloudflare plugin for planton's sandbox.",
  config: providerConfig,
  checkConfig: checkEndpoint,
  configure: configureApi,
  resources,
  functions: [],
};
