import {
  type DescField,
  type DescFile,
  type DescMessage,
  type FileRegistry,
  getOption,
  hasOption,
  isMessage,
} from "@bufbuild/protobuf";
import { isReflectList, reflect } from "@bufbuild/protobuf/reflect";
import type { KindFacts, ProviderFacts } from "../../contract/catalog.js";
import { fieldNames } from "../../contract/fields/field-names.js";
import { protoAdvice } from "../check/proto-advice.js";

/** A kind, as far as generated files need it. */
export interface CatalogKind {
  readonly facts: KindFacts;
  /** Folder of the kind's module below modules/: "digitalocean/vpc". */
  readonly folder: string;
  readonly file: DescFile;
}

/** A provider, as far as generated files need it. */
export interface CatalogProvider {
  readonly facts: ProviderFacts;
  readonly file: DescFile;
}

/** All kinds and providers, sorted by name. */
export interface CatalogFacts {
  readonly kinds: readonly CatalogKind[];
  readonly providers: readonly CatalogProvider[];
}

/**
 * Kinds and providers of an image, by the options on their messages. The options are read through the image's own
 * extensions, so that nothing generated has to be there before. Throws when a kind's provider is unknown, its name does
 * not start with the provider's, or it has no spec.
 */
export function catalogFacts(registry: FileRegistry): CatalogFacts {
  const messages = [...registry.files].flatMap((file) => file.messages);
  const providers = messages.flatMap((message): readonly CatalogProvider[] => {
    const option = readOption(registry, message, "planton.shared.v1.provider");
    if (option === undefined) return [];
    const facts = {
      name: String(option("name")),
      displayName: String(option("display_name")),
      credentialsUrl: String(option("credentials_url")),
      configMessage: message.name,
      variables: message.fields.flatMap((field) => fieldStrings(registry, field, "planton.shared.v1.env")),
    };
    return [{ facts, file: message.file }];
  });
  const kinds = messages.flatMap((message): readonly CatalogKind[] => {
    const option = readOption(registry, message, "planton.shared.v1.kind");
    if (option === undefined) return [];
    const provider = providers.find(({ facts }) => facts.name === option("provider"))?.facts;
    if (provider === undefined) {
      const cure = `give the option "kind" a provider that has a config message: ${providers.map(({ facts }) => facts.name).join(", ")}`;
      throw new Error(protoAdvice(message, `names the unknown provider "${option("provider")}"`, cure));
    }
    const facts = {
      kind: message.name,
      provider: provider.name,
      apiVersion: String(option("api_version")),
      idPrefix: String(option("id_prefix")),
      shortName: String(option("short_name")),
      stateful: option("stateful") === true,
      ignoredTimeouts: strings(option("ignored_timeouts")),
      ignoresLabels: option("ignores_labels") === true,
      specKeys: specKeys(registry, message),
    };
    return [{ facts, folder: moduleFolder(message, provider), file: message.file }];
  });
  return { kinds: kinds.sort(by(({ facts }) => facts.kind)), providers: providers.sort(by(({ facts }) => facts.name)) };
}

function specKeys(registry: FileRegistry, message: DescMessage): readonly string[] {
  const { name, file } = message;
  const spec = file.messages.find((candidate) => candidate.name === `${name}Spec`);
  if (spec === undefined) throw new Error(protoAdvice(message, "has no spec", `add the message ${name}Spec`));
  return spec.fields.flatMap((field) => fieldNames(field, fieldStrings(registry, field, "planton.shared.v1.alias")));
}

/** The strings of a repeated option of a field. */
function fieldStrings(registry: FileRegistry, field: DescField, name: string): readonly string[] {
  const extension = registry.getExtension(name);
  if (extension === undefined) throw new Error(`the protos do not define the option "${name}"`);
  const values: unknown = hasOption(field, extension) ? getOption(field, extension) : [];
  return Array.isArray(values) ? values.map(String) : [];
}

/** "DigitalOceanDatabaseCluster" of DigitalOcean -> "digitalocean/database-cluster". */
function moduleFolder(message: DescMessage, provider: ProviderFacts): string {
  const kind = message.name;
  const prefix = provider.displayName.replaceAll(/[^A-Za-z0-9]/g, "");
  if (!kind.toLowerCase().startsWith(prefix.toLowerCase()) || kind.length === prefix.length) {
    const cure = `call it ${prefix} and what it is, or correct the provider of the option "kind"`;
    throw new Error(protoAdvice(message, `does not begin with its provider's name "${prefix}"`, cure));
  }
  const rest = kind.slice(prefix.length).replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2");
  return `${provider.name}/${rest.toLowerCase()}`;
}

function readOption(
  registry: FileRegistry,
  message: DescMessage,
  name: string,
): ((field: string) => unknown) | undefined {
  const extension = registry.getExtension(name);
  if (extension === undefined) throw new Error(`the protos do not define the option "${name}"`);
  if (!hasOption(message, extension)) return undefined;
  const value: unknown = getOption(message, extension);
  const { message: schema } = extension;
  if (schema === undefined || !isMessage(value, schema)) throw new Error(`the option "${name}" is not a message`);
  const option = reflect(schema, value);
  return (field) => {
    const descriptor = schema.fields.find((candidate) => candidate.name === field);
    if (descriptor === undefined) throw new Error(`the option "${name}" has no field "${field}"`);
    return option.get(descriptor);
  };
}

/** The items of a repeated string in an option. */
function strings(value: unknown): readonly string[] {
  return isReflectList(value) ? [...value].map(String) : [];
}

const by =
  <Item>(key: (item: Item) => string) =>
  (a: Item, b: Item): number =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
