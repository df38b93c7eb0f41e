import { type Input, secret } from "@pulumi/pulumi";
import type { CloudflareWorkerSpec } from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_worker_pb.js";
import type { StringValueOrRef } from "../../../apis/gen/es/planton/shared/v1/value_or_ref_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { present } from "../../../contract/present.js";

/** A binding as the plugin takes it. */
export interface WorkerBinding {
  readonly name: string;
  readonly type: string;
  readonly [argument: string]: Input<string> | undefined;
}

/**
 * All variables, secrets and bindings of a Worker, sorted by name: Cloudflare returns them in an order of its own. Throws
 * E_RULE_VIOLATED for a JSON variable that is no JSON.
 */
export function bindingsOf(spec: CloudflareWorkerSpec, context: ModuleContext): WorkerBinding[] {
  const input = (field: StringValueOrRef | undefined): Input<string> => present(context.input(field), "target.spec");
  const plain = (list: readonly { readonly name: string }[], type: string) => list.map(({ name }) => ({ name, type }));
  const named = (list: CloudflareWorkerSpec["vectorizeIndexes"], type: string, argument: string) =>
    list.map(({ name, target }) => ({ name, type, [argument]: target }));
  const bindings: readonly WorkerBinding[] = [
    ...Object.entries(spec.vars).map(([name, value]) => ({ name, type: "plain_text", text: input(value) })),
    ...Object.entries(spec.jsonVars).map(([name, text]) => ({ name, type: "json", json: jsonText(name, text) })),
    ...Object.entries(spec.secrets).map(([name, value]) => ({
      name,
      type: "secret_text",
      text: secret(input(value)),
    })),
    ...spec.services.map(({ name, service, entrypoint, environment }) => ({
      name,
      type: "service",
      service: input(service),
      ...(entrypoint === undefined ? {} : { entrypoint }),
      ...(environment === undefined ? {} : { environment }),
    })),
    ...spec.kvNamespaces.map(({ name, namespaceId }) => ({
      name,
      type: "kv_namespace",
      namespaceId: input(namespaceId),
    })),
    ...spec.r2Buckets.map(({ name, bucketName, jurisdiction }) => ({
      name,
      type: "r2_bucket",
      bucketName: input(bucketName),
      ...(jurisdiction === undefined ? {} : { jurisdiction }),
    })),
    ...spec.d1Databases.map(({ name, databaseId }) => ({ name, type: "d1", id: input(databaseId) })),
    ...spec.queues.map(({ name, queueName }) => ({ name, type: "queue", queueName: input(queueName) })),
    ...spec.durableObjects.map(({ name, className, scriptName, environment }) => ({
      name,
      type: "durable_object_namespace",
      className,
      ...(scriptName === undefined ? {} : { scriptName: input(scriptName) }),
      ...(environment === undefined ? {} : { environment }),
    })),
    ...named(spec.hyperdriveConfigs, "hyperdrive", "id"),
    ...named(spec.vectorizeIndexes, "vectorize", "indexName"),
    ...named(spec.analyticsEngineDatasets, "analytics_engine", "dataset"),
    ...named(spec.mtlsCertificates, "mtls_certificate", "certificateId"),
    ...plain(spec.ai, "ai"),
    ...plain(spec.browsers, "browser"),
    ...plain(spec.versionMetadata, "version_metadata"),
    ...(spec.assets?.bindingName === undefined ? [] : [{ name: spec.assets.bindingName, type: "assets" }]),
  ];
  return [...bindings].sort((left, right) => (left.name < right.name ? -1 : 1));
}

function jsonText(name: string, text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new PlantonError({
      code: "E_RULE_VIOLATED",
      message: `json_vars: the variable "${name}" is no JSON`,
      hint: `write JSON in quotes, such as ${name}: '{"beta": true}', or a plain variable in vars`,
      cause: error,
    });
  }
}
