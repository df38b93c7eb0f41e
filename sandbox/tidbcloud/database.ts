import type { Workshop } from "../kit/vendor/sandbox-vendor.js";
import { regions } from "./regions.js";
import type { TidbSettings } from "./settings.js";
import type { AuthorizedNetwork, Cluster, Database } from "./state.js";

/** A state as the API names it; a string, because one can be set from outside. */
export type DatabaseState = string;

/** The state that no specification knows (see the setting `unknownState`). */
const unknownStateName = "PREPARING";

/** What a state is taken of. */
type Stated = Database & Partial<Pick<Cluster, "forcedState" | "createEndsIn">>;

/** State of a cluster or branch at a time; undefined when it is gone. */
export function stateOf(database: Stated, nowMs: number): DatabaseState | undefined {
  const { deletion, readyAtMs, forcedState = null, createEndsIn = "ACTIVE", transition } = database;
  if (deletion !== null) {
    if (deletion.deletedAtMs === null || nowMs < deletion.deletedAtMs) return "DELETING";
    return deletion.goneAtMs === null || nowMs < deletion.goneAtMs ? "DELETED" : undefined;
  }
  if (forcedState !== null) return forcedState;
  if (readyAtMs === null || nowMs < readyAtMs) return transition;
  return createEndsIn;
}

/** State as returned: in the second half of CREATING an unknown one when that is wanted. */
export function shownState(database: Stated, nowMs: number, unknownState: boolean): DatabaseState | undefined {
  const state = stateOf(database, nowMs);
  if (!unknownState || state !== "CREATING" || database.readyAtMs === null) return state;
  return nowMs * 2 >= database.changedAtMs + database.readyAtMs ? unknownStateName : state;
}

/** True when host and user prefix are known. */
export function hasFields({ fieldsAtMs }: Database, nowMs: number): boolean {
  return fieldsAtMs !== null && nowMs >= fieldsAtMs;
}

/** Port of the gateways. */
const gatewayPort = 4000;

/** What the public endpoint of a cluster or branch has beside host and port. */
interface PublicPart {
  readonly disabled?: boolean;
  readonly authorizedNetworks?: readonly AuthorizedNetwork[];
}

/** What {@link connectionFields} shows. */
interface ConnectionInit {
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

type Randomness = Pick<Workshop<unknown, unknown>, "uuid" | "randomText">;

/** A new id of a cluster: 20 decimal digits, more than a signed 64-bit number holds, as real ones are. */
export function newClusterId({ uuid }: Randomness): string {
  const digits = BigInt(`0x${uuid().replaceAll("-", "")}`) % 10n ** 18n;
  return `10${digits.toString().padStart(18, "0")}`;
}

/** A new prefix of SQL users: 15 letters and digits. */
export function newUserPrefix({ randomText }: Randomness): string {
  return randomText(64).replace(/[-_]/g, "").slice(0, 15);
}

/** A new id of a branch: "bran-" and 26 lower-case letters and digits. */
export function newBranchId({ randomText }: Randomness): string {
  return `bran-${randomText(80).replace(/[-_]/g, "").toLowerCase().slice(0, 26)}`;
}
