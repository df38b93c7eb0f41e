import type { Clock } from "../../contract/clock.js";
import { createDigestNonces, type DigestNonces } from "../../http/digest/digest-authentication.js";
import { createMinuteLimit, type MinuteLimit } from "../../http/rate-limit.js";
import { type LiveIncarnations, withIncarnation } from "../kit/incarnation.js";
import type { Provider } from "../kit/provider.js";
import { branchResource } from "./branch.js";
import { checkEndpoints, configureApi, providerConfig, type SharedByKey } from "./provider-config.js";
import { serverlessClusterResource } from "./serverless-cluster.js";
import { sqlUserResource } from "./sql-user.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

// The vendor allows 100 calls a minute for a key (cluster.swagger.json of tidbcloud-cli 19aea6a, 2026-05).
const defaultPerMinute = 90;

function getOrMake<Value>(values: Map<string, Value>, key: string, make: () => Value): Value {
  const value = values.get(key) ?? make();
  values.set(key, value);
  return value;
}

function createShared(clock: Clock): SharedByKey {
  const limits = new Map<string, MinuteLimit>();
  const nonces = new Map<string, DigestNonces>();
  return {
    limit: (publicKey) => getOrMake(limits, publicKey, () => createMinuteLimit(clock, defaultPerMinute)),
    nonces: (origin, publicKey) => getOrMake(nonces, JSON.stringify([origin, publicKey]), createDigestNonces),
  };
}

/** The plugin for TiDB Cloud, for one process: its connections share what belongs to an API key. */
export function createTidbCloudProvider(version: string): Provider<TidbCloudApi> {
  let shared: SharedByKey | undefined;
  const live: LiveIncarnations = new Map();
  return {
    name: "tidbcloud",
    version,
    description: "TiDB Cloud Starter and Essential clusters, their branches and SQL users, ready to use after one run.",
    config: providerConfig,
    checkConfig: checkEndpoints,
    configure(config, surroundings) {
      shared ??= createShared(surroundings.clock);
      return configureApi(config, surroundings, shared);
    },
    resources: [
      withIncarnation(serverlessClusterResource, { noun: "cluster", live }),
      withIncarnation(branchResource, { noun: "branch", live }),
      withIncarnation(sqlUserResource, { noun: "SQL user", live }),
    ],
    functions: [],
  };
}
