import { PlantonError } from "../../../contract/planton-error.js";
import { baseUrlOf, type VendorApi } from "../../../http/api-client.js";
import { isLoopbackUrl } from "../../../http/secure-url.js";
import type { Environment } from "../base/poll.js";
import { configString } from "../resource/config-values.js";
import type { CheckFailure } from "../schema/check-properties.js";
import type { PropertyMap } from "../schema/property-value.js";

/** The plugin that a stand-in replaces. */
export interface StoodFor {
  readonly api: VendorApi;
  /** As users write it: "DigitalOcean". */
  readonly vendor: string;
  /** Name and version for the engine: "digitalocean 4.80.1". */
  readonly plugin: string;
  /** Key of the API's address in the configuration. */
  readonly endpointKey: string;
}

/** The address of the API for a stand-in of a plugin, which must never reach a real account. */
export function sandboxEndpoint({ api, vendor, plugin, endpointKey }: StoodFor) {
  const refusal = `this stand-in of the ${vendor} plugin serves the sandbox alone`;
  const hint =
    'for the sandbox run eval "$(planton sandbox env)"; for a real account use a PULUMI_HOME without the stand-in, ' +
    `or put the vendor's own plugin in its place: pulumi plugin rm resource ${plugin}`;
  const refused = (config: PropertyMap, env: Environment) => {
    const endpoint = baseUrlOf(api, env, configString(config, endpointKey));
    const message = `${refusal}, and "${endpoint}" is not on this machine`;
    return { endpoint, message: isLoopbackUrl(endpoint) ? undefined : message };
  };
  return {
    /** Refuses an address outside this machine; one that is not known yet is checked later. */
    check(config: PropertyMap, { env }: { readonly env: Environment }): readonly CheckFailure[] {
      if (typeof config[endpointKey] === "symbol") return [];
      const { message } = refused(config, env);
      return message === undefined ? [] : [{ property: endpointKey, reason: `${message}; ${hint}` }];
    },
    /** The address. Throws E_SANDBOX when it is outside this machine. */
    url(config: PropertyMap, env: Environment): string {
      const { endpoint, message } = refused(config, env);
      if (message === undefined) return endpoint;
      throw new PlantonError({ code: "E_SANDBOX", message, hint });
    },
  };
}
