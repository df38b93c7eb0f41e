import { listSentry } from "../../clients/sentry.js";
import { asBoolean, asNonEmptyString, asNumber, asObject, asString, objectOf } from "../../http/json.js";
import type { ManagedApi } from "../kit/managed/managed-declaration.js";
import { defineManagedResource, parseId } from "../kit/managed/managed-resource.js";
import { requestOf } from "../kit/resource/work-limits.js";
import { ownerInput } from "../kit/schema/owner-input.js";
import { between, matching } from "../kit/schema/property-rules.js";
import { boolean, integer, object, string } from "../kit/schema/property-types.js";
import { equalValues } from "../kit/schema/property-value.js";
import { memberPath, organizationInput } from "./organization.js";

interface ClientKeyKey {
  readonly organization: string;
  /** Id of the project. */
  readonly project: string;
  readonly id: string;
}

const keysPath = ({ organization, project }: Omit<ClientKeyKey, "id">): string =>
  `${memberPath("projects", { organization, id: project })}keys/`;
const keyPath = (key: ClientKeyKey): string => `${keysPath(key)}${encodeURIComponent(key.id)}/`;

const loaderFields = { performance: "hasPerformance", replay: "hasReplay", debug: "hasDebug" } as const;
type Loader = { readonly [Name in keyof typeof loaderFields]?: boolean | undefined };

/** The options that are given, in Sentry's words. */
function loaderBody(loader: Loader | undefined): Readonly<Record<string, boolean>> {
  const given = Object.entries(loaderFields).map(([name, field]) => [field, loader?.[name as keyof Loader]] as const);
  return Object.fromEntries(given.filter((entry): entry is [(typeof entry)[0], boolean] => entry[1] !== undefined));
}

/**
 * `planton-sentry.ClientKey`. Keys that this stack did not make, such as the one that Sentry makes with each project, are
 * never changed or deleted.
 */
export const clientKeyResource = defineManagedResource<ManagedApi, ClientKeyKey>()({
  type: "planton-sentry:index/clientKey:ClientKey",
  description: "A client key of a project at Sentry: what a DSN is made of.",
  noun: "client key",
  inputs: {
    organization: organizationInput,
    project: {
      type: string,
      required: true,
      replace: true,
      description: "Id of the project. Another one replaces the key.",
      check: matching(/^\d+$/, "the id of a project"),
    },
    name: {
      type: string,
      required: true,
      description: "Name of the key: 1 to 64 characters. Changed in place.",
      check: matching(/^.{1,64}$/u, "1 to 64 characters"),
    },
    active: {
      type: boolean,
      generate: () => true,
      description: "False lets the key accept nothing. Changed in place. Default: true.",
    },
    rateLimit: {
      type: object({
        count: { type: integer, required: true, description: "Events.", check: between(1, 1_000_000_000) },
        windowSeconds: { type: integer, required: true, description: "In so many seconds.", check: between(1, 86_400) },
      }),
      description: "Events that the key accepts. Changed in place. Default: no limit.",
    },
    loader: {
      type: object({
        performance: { type: boolean, computed: true, description: "Performance monitoring." },
        replay: { type: boolean, computed: true, description: "Session replay." },
        debug: { type: boolean, computed: true, description: "Debug bundles and logging." },
      }),
      computed: true,
      description: "Options of the loader script. Changed in place. Default: the vendor's.",
    },
    owner: ownerInput,
  },
  outputs: {
    publicKey: { type: string, required: true, description: "Public half of the key." },
    secretKey: { type: string, secret: true, description: "Secret half of the key, for SDKs of before 2018." },
    dsn: { type: string, required: true, description: "DSN, as Sentry gives it." },
    secretDsn: { type: string, secret: true, description: "DSN with the secret half, for SDKs of before 2018." },
    cspEndpoint: { type: string, description: "Address for reports of a content security policy." },
  },
  local: ["owner"],
  id: {
    text: ({ organization, project, id }) => `${organization}.${project}.${id}`,
    parse: (id) =>
      parseId<keyof ClientKeyKey>(id, {
        pattern: /^(?<organization>[a-z0-9_-]+)\.(?<project>\d+)\.(?<id>\w+)$/,
        noun: "client key",
        example: "<organization>.<id of the project>.<id of the key>",
      }),
  },
  recordScope: ({ project = "" }) => project,
  find: {
    by: "list",
    list: (inputs, { api, limits }) => listSentry(api, keysPath(inputs), requestOf(limits)),
    keyIn(object, { organization, project }) {
      const id = asNonEmptyString(object["id"]);
      return id === undefined ? undefined : { organization, project, id };
    },
    nameOf: ({ name }) => name,
    nameIn: ({ name }) => asString(name),
    createdIn: ({ dateCreated }) => asString(dateCreated),
  },
  read: (key) => ({ method: "GET", path: keyPath(key) }),
  objectIn: (object) => (asNonEmptyString(object["id"]) === undefined ? "invalid" : object),
  toState(clientKey, { key: { organization, project }, known }) {
    const limit = asObject(clientKey["rateLimit"]);
    const [count, windowSeconds] = [asNumber(limit?.["count"]), asNumber(limit?.["window"])];
    const options = objectOf(clientKey["dynamicSdkLoaderOptions"]);
    const dsn = objectOf(clientKey["dsn"]);
    return {
      ...{ organization, project },
      name: asString(clientKey["name"]) ?? known.name,
      active: asBoolean(clientKey["isActive"]) ?? known.active,
      rateLimit: count === undefined || windowSeconds === undefined ? undefined : { count, windowSeconds },
      loader: {
        performance: asBoolean(options["hasPerformance"]),
        replay: asBoolean(options["hasReplay"]),
        debug: asBoolean(options["hasDebug"]),
      },
      publicKey: asString(clientKey["public"]) ?? known.publicKey,
      secretKey: asString(clientKey["secret"]) ?? known.secretKey,
      dsn: asString(dsn["public"]) ?? known.dsn,
      secretDsn: asString(dsn["secret"]) ?? known.secretDsn,
      cspEndpoint: asString(dsn["csp"]) ?? known.cspEndpoint,
    };
  },
  create: ({ name, rateLimit, loader, ...key }) => ({
    method: "POST",
    path: keysPath(key),
    body: {
      name,
      ...(rateLimit === undefined ? {} : { rateLimit: { count: rateLimit.count, window: rateLimit.windowSeconds } }),
      ...(loader === undefined ? {} : { dynamicSdkLoaderOptions: loaderBody(loader) }),
    },
  }),
  changes({ key, inputs, actual }) {
    const { name, active = true, rateLimit, loader } = inputs;
    const [given, has] = [loaderBody(loader), loaderBody(actual.loader)];
    const limit = rateLimit === undefined ? null : { count: rateLimit.count, window: rateLimit.windowSeconds };
    const body = {
      ...(name === actual.name ? {} : { name }),
      ...(active === actual.active ? {} : { isActive: active }),
      ...(equalValues(rateLimit ?? null, actual.rateLimit ?? null) ? {} : { rateLimit: limit }),
      ...(Object.entries(given).every(([field, value]) => has[field] === value)
        ? {}
        : { dynamicSdkLoaderOptions: { ...has, ...given } }),
    };
    const sets = ["name", "active", "rateLimit", "loader"];
    return Object.keys(body).length === 0 ? [] : [{ method: "PUT", path: keyPath(key), body, sets }];
  },
  remove: (key) => ({ method: "DELETE", path: keyPath(key) }),
});
