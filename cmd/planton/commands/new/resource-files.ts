import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PlantonError } from "../../../../contract/planton-error.js";
import type { Checkout } from "./checkout.js";
import type { KindNames } from "./kind-names.js";
import type { ResourceClass } from "./resource-class.js";
import type { NewFile } from "./write-new-files.js";

/** Where a plain REST resource of planton's own plugin belongs. */
export interface ResourcePlace {
  readonly plugin: string;
  /** Function of the version that makes the plugin's provider: "createDopplerProvider". */
  readonly factory: string;
  /** The sandbox's vendor: "dopplerVendor". */
  readonly vendor: string;
  /** Path of the API under which the collection is put: "/v3". */
  readonly pathPrefix: string;
}

/** The place in a vendor's plugin and stand-in. Throws E_USAGE where one of them does not have the usual form. */
export function readPlace({ root }: Checkout, provider: string, plugin: string): ResourcePlace {
  const find = (file: string, pattern: RegExp): string => {
    const text = existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
    throw new PlantonError({
      code: "E_USAGE",
      message: `"${file}" has no ${pattern.source}, so a resource cannot be added to its vendor`,
      hint: "write the resource first, as docs/managed-resources.md shows it, and run make gen",
    });
  };
  const sandboxFile = `sandbox/${provider}/${provider}-vendor.ts`;
  return {
    plugin,
    factory: find(`providers/${provider}/${provider}-provider.ts`, /^export function (create\w+Provider)\(/m),
    vendor: find(sandboxFile, /^export const (\w+): SandboxVendor\b/m),
    pathPrefix: find(sandboxFile, /^ {2}pathPrefixes: \["([^"]+)"/m),
  };
}

/** The class that `make gen` makes of {@link resourceFiles}. */
export function plainClass({ rest }: KindNames, { plugin }: Pick<ResourcePlace, "plugin">): ResourceClass {
  const module = `../../gen/resources/${plugin}.js`;
  return { name: rest, module, inputs: { name: true, owner: true }, required: [] };
}

/** A resource with a name at a plain REST collection, the collection in the sandbox, and a test of the two. */
export function resourceFiles(names: KindNames, place: ResourcePlace): readonly NewFile[] {
  const { provider, kebab } = names;
  return [
    { path: `providers/${provider.name}/${kebab}.ts`, text: resourceText(names, place) },
    { path: `providers/${provider.name}/${kebab}-faults.test.ts`, text: faultsText(names, place) },
    { path: `sandbox/${provider.name}/${kebab}-routes.ts`, text: collectionText(names, place) },
  ];
}

const typeOf = ({ rest, camel }: KindNames, { plugin }: ResourcePlace): string => `${plugin}:index/${camel}:${rest}`;
const listPath = ({ kebab }: KindNames, { pathPrefix }: ResourcePlace): string => `${pathPrefix}/${kebab}s`;

function resourceText(names: KindNames, place: ResourcePlace): string {
  const { provider, rest, camel, snake, words, aWords } = names;
  return `import { asNonEmptyString, asObject, asObjects, asString } from "../../http/json.js";
import type { ManagedApi } from "../kit/managed/managed-declaration.js";
import { defineManagedResource, parseId } from "../kit/managed/managed-resource.js";
import { requestOf } from "../kit/resource/work-limits.js";
import { ownerInput } from "../kit/schema/owner-input.js";
import { notEmpty } from "../kit/schema/property-rules.js";
import { string } from "../kit/schema/property-types.js";

interface ${rest}Key {
  readonly id: string;
}

const listPath = "${listPath(names, place)}";
const pathOf = ({ id }: ${rest}Key): string => \`\${listPath}/\${encodeURIComponent(id)}\`;

/** \`${place.plugin}.${rest}\`. */
export const ${camel}Resource = defineManagedResource<ManagedApi, ${rest}Key>()({
  type: "${typeOf(names, place)}",
  description: "${aWords.charAt(0).toUpperCase()}${aWords.slice(1)} at ${provider.displayName}.",
  noun: "${words}",
  inputs: {
    name: { type: string, required: true, description: "Name of the ${words}. Changed in place.", check: notEmpty },
    owner: ownerInput,
  },
  outputs: {},
  local: ["owner"],
  id: {
    text: ({ id }) => id,
    parse: (id) => parseId<"id">(id, { pattern: /^(?<id>[\\w-]+)$/, noun: "${words}", example: "<id>" }),
  },
  find: {
    by: "list",
    async list(_inputs, { api, limits }) {
      const response = await api.send({ method: "GET", path: listPath, ...requestOf(limits) });
      return asObjects(api.bodyOf(response)["${snake}s"]);
    },
    keyIn(object) {
      const id = asNonEmptyString(object["id"]);
      return id === undefined ? undefined : { id };
    },
    nameOf: ({ name }) => name,
    nameIn: ({ name }) => asString(name),
  },
  read: (key) => ({ method: "GET", path: pathOf(key) }),
  objectIn: (body) => asObject(body["${snake}"]) ?? "invalid",
  toState: ({ name }, { known }) => ({ name: asString(name) ?? known.name }),
  create: ({ name }) => ({ method: "POST", path: listPath, body: { name } }),
  changes: ({ key, inputs: { name }, actual }) =>
    name === actual.name ? [] : [{ method: "PATCH", path: pathOf(key), body: { name }, sets: ["name"] }],
  remove: (key) => ({ method: "DELETE", path: pathOf(key) }),
});
`;
}

function faultsText(names: KindNames, place: ResourcePlace): string {
  const { provider, kebab, snake } = names;
  return `import { expect } from "vitest";
import { asObjects } from "../../http/json.js";
import { nodeTransport } from "../../http/transport.js";
import { ${place.vendor} } from "../../sandbox/${provider.name}/${provider.name}-vendor.js";
import { openTestEngine, type TestEngine } from "../kit/testing/test-engine.js";
import { describeFaults } from "../kit/testing/test-faults.js";
import { openTestVendor, type TestVendor } from "../kit/testing/test-vendor.js";
import { ${place.factory} } from "./${provider.name}-provider.js";

const target = { type: "${typeOf(names, place)}" };
const createProvider = () => ${place.factory}("0.1.0");

async function start(): Promise<TestEngine<TestVendor>> {
  const fake = await openTestVendor(${place.vendor});
  const { env, clock, fetch } = fake;
  return openTestEngine({ fake, createProvider, env, clock, fetch, config: {}, target });
}

/** What the vendor has, read by a connection of the test's own. */
async function stored({ fake: { env, clock } }: TestEngine<TestVendor>) {
  const api = createProvider().configure({}, { env, clock, fetch: nodeTransport });
  return asObjects(api.bodyOf(await api.send({ method: "GET", path: "${listPath(names, place)}" }))["${snake}s"]);
}

describeFaults({
  start,
  prepare: () => {},
  first: { name: "first-${kebab}" },
  second: { name: "second-${kebab}" },
  alive: async (engine) => (await stored(engine)).map(({ id }) => String(id)),
  async expectRight(engine, { name }) {
    expect(engine.kept()?.state.values).toMatchObject({ name });
    expect(await stored(engine)).toMatchObject([{ name }]);
  },
});
`;
}

function collectionText(names: KindNames, place: ResourcePlace): string {
  const { rest, camel, snake, words, aWords } = names;
  const path = listPath(names, place);
  return `import { stringField } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import { collection } from "../kit/vendor/collection.js";
import { collectedItems, type PlainRequest, type PlainRoute, plainForm } from "../kit/vendor/plain-collection.js";

/** ${aWords.charAt(0).toUpperCase()}${aWords.slice(1)} as the stand-in keeps it. */
interface ${rest} {
  readonly id: string;
  readonly name: string;
}

const ${camel}s = collection<PlainRequest, ${rest}>({
  path: "${path}/:${snake}",
  keys: ["${snake}", "${snake}s"],
  form: plainForm,
  items: (request) => collectedItems<${rest}>(request, "${snake}s"),
  id: ({ id }) => id,
  view: (${camel}) => ${camel},
  build(body, request, old) {
    const name = stringField(body, "name");
    if (name === "") throw new Refusal(422, "name is required");
    return { id: old?.id ?? request.uuid(), name };
  },
  notFound: (id) => new Refusal(404, \`${words} \${id} not found\`),
  changes: { PATCH: "merge" },
});

/** \`${path}\`: list, create, get, change, delete. */
export const ${camel}Routes: readonly PlainRoute[] = ${camel}s.routes;
`;
}
