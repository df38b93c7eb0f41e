import { hasFields } from "./database-state.js";
import { regions } from "./regions.js";
import type { TidbSettings } from "./settings.js";
import type { AuthorizedNetwork, Database } from "./state.js";

/** Port of the gateways. */
export const gatewayPort = 4000;

/** What the public endpoint of a cluster or branch has beside host and port. */
export interface PublicPart {
  readonly disabled?: boolean;
  readonly authorizedNetworks?: readonly AuthorizedNetwork[];
}

/** What {@link connectionFields} shows. */
export interface ConnectionInit {
  readonly database: Database;
  readonly regionId: string;
  readonly publicPart: PublicPart;
  readonly nowMs: number;
  readonly settings: TidbSettings;
}

/**
 * `endpoints` and `userPrefix`. Until they are known they are empty, absent, or empty objects, by a setting. Host names
 * end in `.invalid`: nobody can have them; one gateway serves all clusters of a region, as at the vendor.
 */
export function connectionFields({ database, regionId, publicPart, nowMs, settings }: ConnectionInit): object {
  const sparse = settings.fields === "sparse";
  if (hasFields(database, nowMs)) {
    const open = { host: hostOf("gateway01", regionId), port: gatewayPort, ...publicPart };
    const closed = sparse ? {} : { private: privateEndpoint(regionId) };
    return { userPrefix: database.userPrefix, endpoints: { public: open, ...closed } };
  }
  if (settings.creatingFields === "absent") return {};
  if (settings.creatingFields === "object") return { endpoints: { public: {}, private: {} } };
  const empty = { host: "", port: 0 };
  return {
    userPrefix: "",
    endpoints: { public: { ...empty, ...publicPart }, ...(sparse ? {} : { private: empty }) },
  };
}

function hostOf(gateway: string, regionId: string): string {
  const [provider = "", ...code] = regionId.split("-");
  return `${gateway}.${code.join("-")}.prod.${provider}.tidbcloud.invalid`;
}

function privateEndpoint(regionId: string): object {
  const [provider = "", ...code] = regionId.split("-");
  const availabilityZone = regions.find((region) => region.regionId === regionId)?.zones ?? [];
  const serviceName =
    provider === "aws"
      ? `com.amazonaws.vpce.${code.join("-")}.vpce-svc-0123456789abcdef0`
      : `com.aliyuncs.privatelink.${code.join("-")}.epsrv-0123456789abcdef0`;
  return {
    host: hostOf("gateway01-privatelink", regionId),
    port: gatewayPort,
    [provider]: { serviceName, availabilityZone },
  };
}
