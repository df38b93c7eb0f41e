import { createHash } from "node:crypto";
import { asObject } from "../../http/json.js";
import { defineManagedResource, parseId } from "../kit/managed/managed-resource.js";
import { isMap, type PropertyMap, type PropertyValue } from "../kit/schema/property-value.js";
import { type CloudflareApi, projectPath, resultIn } from "./cloudflare-api.js";
import {
  clearingPatch,
  type EnvironmentName,
  environments,
  isUntouched,
  orderless,
  patchOf,
  readConfig,
  secretsOf,
} from "./pages/config-patch.js";
import { configInputs, configOutputs } from "./pages/config-properties.js";
import { knownSecrets } from "./pages/secret-hash.js";

/** What names the configuration of a project. */
interface ConfigKey {
  readonly accountId: string;
  readonly projectName: string;
}

const mapIn = (value: PropertyValue | undefined): PropertyMap => (isMap(value) ? value : {});

/** Changes with what an environment is deployed with; a secret is in it by its keyed hash. */
function hashOf(config: PropertyMap, secrets: PropertyMap): string {
  return createHash("sha256")
    .update(`${orderless(config)}\n${orderless(secrets)}`)
    .digest("hex")
    .slice(0, 32);
}

/** What the state has of one environment. */
function environmentState(name: EnvironmentName, shown: unknown, known: PropertyMap): PropertyMap {
  const { config, secretNames } = readConfig(asObject(shown));
  const secrets = knownSecrets(secretNames, known[secretsOf[name]], known["hashKey"]);
  return {
    [name]: config,
    ...(secretNames.length === 0 ? {} : { [secretsOf[name]]: secrets }),
    // Of values that are not hashes yet, as while they are being sent, there is none.
    ...(typeof known["hashKey"] === "string" ? { [`${name}Hash`]: hashOf(config, secrets) } : {}),
  };
}

const patchRequest = (key: ConfigKey, configs: unknown) =>
  ({ method: "PATCH", path: projectPath(key), body: { deployment_configs: configs } }) as const;

/**
 * `planton-cloudflare.PagesDeploymentConfig`. The official plugin writes later maps of bindings as {} when it changes a
 * project (cloudflare/terraform-provider-cloudflare #7305, read 2026-11), so that one makes the project alone, and this
 * one owns what it is deployed with.
 */
export const pagesDeploymentConfigResource = defineManagedResource<CloudflareApi, ConfigKey>()({
  type: "planton-cloudflare:index/pagesDeploymentConfig:PagesDeploymentConfig",
  description: "Variables, secrets, bindings and settings that a Pages project is deployed with.",
  noun: "deployment configuration",
  inputs: configInputs,
  outputs: configOutputs,
  outputsChangedBy: {
    production: ["productionHash"],
    productionSecrets: ["productionHash"],
    preview: ["previewHash"],
    previewSecrets: ["previewHash"],
  },
  stableOutputs: ["adopted"],
  local: ["adoptionPolicy", "hashKey", "owner"],
  id: {
    text: ({ accountId, projectName }) => `${accountId}/${projectName}`,
    parse: (id) =>
      parseId<keyof ConfigKey>(id, {
        pattern: /^(?<accountId>[0-9a-f]{32})\/(?<projectName>[a-z0-9-]+)$/,
        noun: "deployment configuration",
        example: "<account id>/<project name>",
      }),
  },
  find: {
    by: "name",
    keyOf: ({ accountId, projectName }) => ({ accountId, projectName }),
    isUntouched: (configs) => environments.every((name) => isUntouched(asObject(configs[name]))),
  },
  read: (key) => ({ method: "GET", path: projectPath(key) }),
  objectIn: (body) => asObject(resultIn(body)?.["deployment_configs"]) ?? "invalid",
  toState: (configs, { key, known, adopted }) => ({
    ...key,
    ...environmentState("production", configs["production"], known as PropertyMap),
    ...environmentState("preview", configs["preview"], known as PropertyMap),
    adopted,
  }),
  // Never sent as such: the configuration is there as long as the project is.
  create: ({ accountId, projectName }) => patchRequest({ accountId, projectName }, {}),
  changes({ key, inputs, actual }) {
    const changed = environments.flatMap((name) => {
      const wanted = {
        config: inputs[name] as PropertyMap,
        secrets: mapIn(inputs[secretsOf[name]]),
        hashKey: inputs.hashKey,
      };
      const known = { config: mapIn(actual[name] as PropertyValue), secrets: mapIn(actual[secretsOf[name]]) };
      const patch = patchOf(wanted, known);
      return patch === undefined ? [] : [{ name, patch }];
    });
    if (changed.length === 0) return [];
    const configs = Object.fromEntries(changed.map(({ name, patch }) => [name, patch]));
    const sets = changed.flatMap(({ name }) => [name, secretsOf[name]]);
    return [{ ...patchRequest(key, configs), sets }];
  },
  remove: (key, configs) =>
    patchRequest(key, Object.fromEntries(environments.map((name) => [name, clearingPatch(asObject(configs?.[name]))]))),
  removal: "confirmed",
  foreign: ({ adoptionPolicy }) => (adoptionPolicy === "adopt" ? "adopt" : "refuse"),
  foreignHint:
    "remove its variables and bindings in Cloudflare's dashboard, or take them over by the adoption policy (adoption_policy, adoptionPolicy)",
});
