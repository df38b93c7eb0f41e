import { boolean, decimal, integer, list, map, object, scalar, string } from "../../kit/schema/property-types.js";
import { withManifestDigest } from "./asset-files.js";

const annotations = object({
  workersMessage: { type: string },
  workersTag: { type: string },
  workersTriggeredBy: { type: string },
});

const assets = object({
  assetManifestSha256: { type: string, computed: true },
  config: {
    type: object({
      basePath: { type: string },
      headers: { type: string },
      htmlHandling: { type: string },
      notFoundHandling: { type: string },
      redirects: { type: string },
      runWorkerFirst: { type: scalar },
      serveDirectly: { type: boolean },
    }),
  },
  directory: { type: string },
  jwt: { type: string, writeOnly: true },
});

/** All that a binding of any type may say. */
const binding = object({
  algorithm: { type: string },
  allowedDestinationAddresses: { type: list(string) },
  allowedSenderAddresses: { type: list(string) },
  appId: { type: string },
  bucketName: { type: string },
  certificateId: { type: string },
  className: { type: string, computed: true },
  databaseId: { type: string, computed: true },
  dataset: { type: string },
  destinationAddress: { type: string },
  dispatchNamespace: { type: string },
  entrypoint: { type: string },
  environment: { type: string, computed: true },
  format: { type: string },
  id: { type: string, computed: true },
  indexName: { type: string },
  instanceName: { type: string },
  json: { type: string },
  jurisdiction: { type: string, computed: true },
  keyBase64: { type: string },
  keyJwk: { type: string },
  name: { type: string, required: true },
  namespace: { type: string },
  namespaceId: { type: string, computed: true },
  networkId: { type: string },
  oldName: { type: string },
  outbound: {
    type: object({
      params: { type: list(string) },
      worker: { type: object({ environment: { type: string }, service: { type: string } }) },
    }),
  },
  part: { type: string },
  pipeline: { type: string },
  queueName: { type: string },
  scriptName: { type: string },
  secretName: { type: string },
  service: { type: string },
  serviceId: { type: string },
  simple: {
    type: object({
      limit: { type: decimal, required: true },
      mitigationTimeout: { type: decimal },
      period: { type: decimal, required: true },
    }),
  },
  storeId: { type: string },
  stream: { type: string },
  text: { type: string },
  tunnelId: { type: string },
  type: { type: string, required: true },
  usages: { type: list(string) },
  versionId: { type: string, computed: true },
  workflowName: { type: string },
});

const files = map(
  object({
    contentBase64: { type: string },
    contentFile: { type: string },
    contentSha256: { type: string },
    contentType: { type: string, required: true },
  }),
);

const limits = object({ cpuMs: { type: decimal }, subrequests: { type: decimal } });

const migrations = object({
  deletedClasses: { type: list(string) },
  newClasses: { type: list(string) },
  newSqliteClasses: { type: list(string) },
  newTag: { type: string },
  oldTag: { type: string },
  renamedClasses: { type: list(object({ from: { type: string }, to: { type: string } })) },
  steps: {
    type: list(
      object({
        deletedClasses: { type: list(string) },
        newClasses: { type: list(string) },
        newSqliteClasses: { type: list(string) },
        renamedClasses: { type: list(object({ from: { type: string }, to: { type: string } })) },
        transferredClasses: {
          type: list(object({ from: { type: string }, fromScript: { type: string }, to: { type: string } })),
        },
      }),
    ),
  },
  transferredClasses: {
    type: list(object({ from: { type: string }, fromScript: { type: string }, to: { type: string } })),
  },
});

const observability = object({
  enabled: { type: boolean, required: true },
  headSamplingRate: { type: decimal },
  issues: { type: object({ enabled: { type: boolean } }) },
  logs: {
    type: object({
      destinations: { type: list(string) },
      enabled: { type: boolean, required: true },
      headSamplingRate: { type: decimal },
      invocationLogs: { type: boolean, required: true },
      persist: { type: boolean },
    }),
  },
  traces: {
    type: object({
      destinations: { type: list(string) },
      enabled: { type: boolean },
      headSamplingRate: { type: decimal },
      persist: { type: boolean },
      propagationPolicy: { type: string },
    }),
  },
});

const placement = object({
  host: { type: string },
  hostname: { type: string },
  lastAnalyzedAt: { type: string, computed: true },
  mode: { type: string },
  region: { type: string },
  status: { type: string, computed: true },
  targets: { type: list(object({ host: { type: string }, hostname: { type: string }, region: { type: string } })) },
});

const tailConsumer = object({
  environment: { type: string },
  namespace: { type: string },
  service: { type: string, required: true },
});

/**
 * Inputs of `cloudflare.WorkersScript` (`@pulumi/cloudflare` 6.22.1); texts of bindings are secret where the program says
 * it.
 */
export const scriptInputs = {
  accountId: { type: string, required: true, replace: true },
  annotations: { type: annotations, computed: true },
  assets: { type: assets, canonical: withManifestDigest },
  bindings: { type: list(binding), computed: true },
  bodyPart: { type: string, computed: true },
  compatibilityDate: { type: string, computed: true },
  compatibilityFlags: { type: list(string), computed: true },
  content: { type: string },
  contentFile: { type: string },
  contentSha256: { type: string, computed: true },
  contentType: { type: string },
  files: { type: files },
  force: { type: boolean },
  keepAssets: { type: boolean },
  keepBindings: { type: list(string) },
  limits: { type: limits },
  logpush: { type: boolean, computed: true },
  mainModule: { type: string },
  migrations: { type: migrations },
  observability: { type: observability },
  placement: { type: placement, computed: true },
  scriptName: { type: string, required: true, replace: true },
  tailConsumers: { type: list(tailConsumer), computed: true },
  usageModel: { type: string, computed: true },
} as const;

/** What Cloudflare says of a script beside its inputs. */
export const scriptOutputs = {
  createdOn: { type: string },
  etag: { type: string },
  handlers: { type: list(string) },
  hasAssets: { type: boolean },
  hasModules: { type: boolean },
  lastDeployedFrom: { type: string },
  migrationTag: { type: string },
  modifiedOn: { type: string },
  startupTimeMs: { type: integer },
} as const;
