import { all, type Input, type Output, secret } from "@pulumi/pulumi";
import type {
  CloudflarePagesProjectSpec_DeploymentConfig,
  CloudflarePagesProjectSpec_NamedBinding,
} from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_pages_project_pb.js";
import type { StringValueOrRef } from "../../../apis/gen/es/planton/shared/v1/value_or_ref_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";
import type { PagesDeploymentConfigProductionArgs } from "../../gen/resources/planton-cloudflare.js";

/** What deployments of an environment are made with. */
export interface EnvironmentValues {
  readonly config: PagesDeploymentConfigProductionArgs;
  /** By name; undefined: none. */
  readonly secrets: Output<Record<string, string>> | undefined;
}

/** The values of an environment of a manifest; one that it does not have has no variable and no binding. */
export function environmentOf(
  given: CloudflarePagesProjectSpec_DeploymentConfig | undefined,
  context: ModuleContext,
): EnvironmentValues {
  if (given === undefined) return { config: {}, secrets: undefined };
  const { smartPlacement, limits, compatibilityFlags: flags } = given;
  const input = (field: StringValueOrRef | undefined): Input<string> =>
    present(context.input(field), "target.spec.deployment_configs");
  const { secrets } = given;
  const names = Object.keys(secrets).sort();
  return {
    config: {
      compatibilityDate: given.compatibilityDate,
      failOpen: given.failOpen,
      ...(flags.length === 0 ? {} : { compatibilityFlags: flags }),
      ...(smartPlacement === true ? { placement: { mode: "smart" } } : {}),
      ...(limits === undefined ? {} : { limits: { cpuMs: limits.cpuMs } }),
      ...filled(
        "envVars",
        mapOf(Object.entries(given.vars), ([name, value]) => [name, input(value)]),
      ),
      ...filled(
        "services",
        mapOf(given.services, ({ name, service, environment = "production", entrypoint }) => [
          name,
          { service: input(service), environment, ...(entrypoint === undefined ? {} : { entrypoint }) },
        ]),
      ),
      ...filled(
        "kvNamespaces",
        mapOf(given.kvNamespaces, ({ name, namespaceId }) => [name, { namespaceId: input(namespaceId) }]),
      ),
      ...filled(
        "d1Databases",
        mapOf(given.d1Databases, ({ name, databaseId }) => [name, { id: input(databaseId) }]),
      ),
      ...filled(
        "r2Buckets",
        mapOf(given.r2Buckets, ({ name, bucketName, jurisdiction }) => [
          name,
          { name: input(bucketName), ...(jurisdiction === undefined ? {} : { jurisdiction }) },
        ]),
      ),
      ...filled(
        "queueProducers",
        mapOf(given.queueProducers, ({ name, queueName }) => [name, { name: input(queueName) }]),
      ),
      ...named("durableObjectNamespaces", "namespaceId", given.durableObjectNamespaces),
      ...named("hyperdriveBindings", "id", given.hyperdriveBindings),
      ...named("vectorizeBindings", "indexName", given.vectorizeBindings),
      ...named("analyticsEngineDatasets", "dataset", given.analyticsEngineDatasets),
      ...named("aiBindings", "projectId", given.aiBindings),
      ...named("mtlsCertificates", "certificateId", given.mtlsCertificates),
      ...filled(
        "browsers",
        mapOf(given.browsers, ({ name }) => [name, {}]),
      ),
    },
    secrets:
      names.length === 0
        ? undefined
        : secret(all(Object.fromEntries(names.map((name) => [name, input(secrets[name])] as const)))),
  };
}

/** By the names of bindings, in the order of the alphabet, so that their order in the manifest changes nothing. */
function mapOf<Item, Value>(
  items: readonly Item[],
  entryOf: (item: Item) => readonly [string, Value],
): Readonly<Record<string, Value>> {
  return Object.fromEntries(items.map(entryOf).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function filled<Name extends string, Value extends object>(name: Name, map: Value): { readonly [N in Name]?: Value } {
  return Object.keys(map).length === 0 ? {} : ({ [name]: map } as { readonly [N in Name]: Value });
}

function named<Name extends string, Key extends string>(
  name: Name,
  key: Key,
  bindings: readonly CloudflarePagesProjectSpec_NamedBinding[],
) {
  const entryOf = ({ name, target }: CloudflarePagesProjectSpec_NamedBinding) =>
    [name, { [key]: target } as Record<Key, string>] as const;
  return filled(name, mapOf(bindings, entryOf));
}
