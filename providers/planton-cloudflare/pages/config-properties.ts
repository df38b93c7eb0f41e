import { ownerInput } from "../../kit/schema/owner-input.js";
import type { PropertyDeclarations, ValuesOf } from "../../kit/schema/property-declaration.js";
import { matching, neverManaged, oneOf, type PropertyRule } from "../../kit/schema/property-rules.js";
import { boolean, integer, map, object, set, string } from "../../kit/schema/property-types.js";
import { isMap, type PropertyMap, type PropertyValue } from "../../kit/schema/property-value.js";
import { isSameSecrets } from "./secret-hash.js";

const target = (description: string) => ({ type: string, required: true, description }) as const;

/** Maps of bindings, by the name that a program knows a binding by; each is sent whole, with all its fields. */
export const bindingMaps = {
  aiBindings: {
    type: map(object({ projectId: { type: string, description: "Id of the project." } })),
    description: "Workers AI.",
  },
  analyticsEngineDatasets: {
    type: map(object({ dataset: target("Name of the dataset.") })),
    description: "Datasets of the Analytics Engine.",
  },
  browsers: { type: map(object({})), description: "Browser Rendering." },
  d1Databases: { type: map(object({ id: target("Id of the database.") })), description: "D1 databases." },
  durableObjectNamespaces: {
    type: map(object({ namespaceId: target("Id of the namespace.") })),
    description: "Namespaces of Durable Objects.",
  },
  hyperdriveBindings: {
    type: map(object({ id: target("Id of the configuration.") })),
    description: "Hyperdrive configurations.",
  },
  kvNamespaces: { type: map(object({ namespaceId: target("Id of the namespace.") })), description: "KV namespaces." },
  mtlsCertificates: {
    type: map(object({ certificateId: target("Id of the certificate.") })),
    description: "Client certificates.",
  },
  queueProducers: { type: map(object({ name: target("Name of the queue.") })), description: "Queues to write to." },
  r2Buckets: {
    type: map(
      object({
        name: target("Name of the bucket."),
        jurisdiction: { type: string, description: "Jurisdiction of the bucket: eu or fedramp." },
      }),
    ),
    description: "R2 buckets.",
  },
  services: {
    type: map(
      object({
        service: target("Name of the Worker."),
        environment: { type: string, computed: true, description: "Its environment. Default: production." },
        entrypoint: { type: string, description: "Its entrypoint. Default: its default export." },
      }),
    ),
    description: "Workers.",
  },
  vectorizeBindings: {
    type: map(object({ indexName: target("Name of the index.") })),
    description: "Vectorize indexes.",
  },
} as const satisfies PropertyDeclarations;

/** One environment; secrets are beside it. */
export const configProperties = {
  envVars: { type: map(string), description: "Variables that are no secrets, by name." },
  ...bindingMaps,
  compatibilityDate: { type: string, computed: true, description: "YYYY-MM-DD. Default: as the project has it." },
  compatibilityFlags: { type: set(string, String), description: "Flags of the runtime; without them none is set." },
  failOpen: {
    type: boolean,
    computed: true,
    description: "Whether files are served beyond the plan's limit of invocations. Default: as the project has it.",
  },
  placement: {
    type: object({ mode: { type: string, required: true, description: "smart." } }),
    description: "Where functions run. Default: where the visitor is.",
  },
  limits: {
    type: object({ cpuMs: { type: integer, required: true, description: "Milliseconds of CPU for an invocation." } }),
    description: "Default: those of the plan.",
  },
} as const satisfies PropertyDeclarations;

const bindingName = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

const namesRule: PropertyRule = (value) => {
  const names = isMap(value) ? Object.values(value).flatMap((one) => (isMap(one) ? Object.keys(one) : [])) : [];
  return names
    .map(matching(/^[\w$.-]+$/, "letters, digits, _, $, . and - in the name of a binding"))
    .find((reason) => reason !== undefined);
};

/** Services with their environment, which the API takes for production and which no request may leave out. */
function withEnvironments(value: PropertyValue): PropertyValue {
  if (!isMap(value) || !isMap(value["services"])) return value;
  const services = Object.entries(value["services"]).map(([name, one]) => [
    name,
    isMap(one) ? { environment: "production", ...one } : one,
  ]);
  return { ...value, services: Object.fromEntries(services) };
}

const environmentInput = (name: string) =>
  ({
    type: object(configProperties),
    required: true,
    description: `Variables and bindings of ${name}. Nothing is taken from the other environment.`,
    canonical: withEnvironments,
    check: namesRule,
  }) as const;

const secretsInput = (name: string) =>
  ({
    type: map(string),
    secret: true,
    writeOnly: true,
    same: (
      old: PropertyValue,
      next: PropertyValue,
      { state, inputs }: { readonly state: PropertyMap; readonly inputs: PropertyMap },
    ) => isSameSecrets(old, next, state["hashKey"] ?? inputs["hashKey"]),
    description: `Secrets of ${name} by name. Cloudflare never returns them: the state has keyed hashes in their place.`,
    check: (value: PropertyValue) =>
      isMap(value)
        ? Object.keys(value)
            .map(matching(bindingName, "letters, digits, _ and $"))
            .find((reason) => reason !== undefined)
        : undefined,
  }) as const;

const idRule = matching(/^[0-9a-f]{32}$/, "32 hexadecimal digits");

/** What names a project; another one replaces the resource. */
export const projectInputs = {
  accountId: { type: string, required: true, replace: true, description: "Id of the account.", check: idRule },
  projectName: { type: string, required: true, replace: true, description: "Name of the Pages project." },
} as const satisfies PropertyDeclarations;

/** Inputs of `planton-cloudflare.PagesDeploymentConfig`. */
export const configInputs = {
  ...projectInputs,
  production: environmentInput("production"),
  preview: environmentInput("the previews"),
  productionSecrets: secretsInput("production"),
  previewSecrets: secretsInput("the previews"),
  adoptionPolicy: {
    type: string,
    managed: neverManaged,
    description:
      "What to do when the project has variables or bindings already that this stack did not set: failIfFound, or adopt: " +
      "take them over, which removes those that are not given. Default: failIfFound.",
    check: oneOf(["failIfFound", "adopt"]),
  },
  hashKey: {
    type: string,
    secret: true,
    managed: neverManaged,
    description: "Key of the hashes of secrets. Default: a random one, which stays.",
    generate: ({ olds, clock }) =>
      typeof olds["hashKey"] === "string" ? olds["hashKey"] : Buffer.from(clock.randomBytes(32)).toString("hex"),
  },
  owner: ownerInput,
} as const satisfies PropertyDeclarations;

/** Outputs of `planton-cloudflare.PagesDeploymentConfig`. */
export const configOutputs = {
  adopted: {
    type: boolean,
    required: true,
    description: "True when it was taken over; it is then left as it is at the end.",
  },
  productionHash: { type: string, required: true, description: "Changes with what production is deployed with." },
  previewHash: { type: string, required: true, description: "Changes with what previews are deployed with." },
} as const satisfies PropertyDeclarations;

/** One environment as a program gives it. */
export type EnvironmentConfig = ValuesOf<typeof configProperties>;
