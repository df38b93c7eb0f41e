import {
  type DescFile,
  type DescMessage,
  type FileRegistry,
  getOption,
  hasOption,
  isMessage,
} from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";

/** A kind, as far as generated files need it. */
export interface KindFacts {
  /** "DigitalOceanVpc". */
  readonly kind: string;
  /** "digitalocean". */
  readonly provider: string;
  /** Folder of the kind's module below modules/: "digitalocean/vpc". */
  readonly folder: string;
  readonly file: DescFile;
}

/** A provider, as far as generated files need it. */
export interface ProviderFacts {
  readonly name: string;
  readonly displayName: string;
  readonly file: DescFile;
}

/** All kinds and providers, sorted by name. */
export interface CatalogFacts {
  readonly kinds: readonly KindFacts[];
  readonly providers: readonly ProviderFacts[];
}

/**
 * Kinds and providers of an image, by the options on their messages. The options are read through the image's own
 * extensions, so that nothing generated has to be there before. Throws when a kind's provider is unknown or its name
 * does not start with the provider's.
 */
export function catalogFacts(registry: FileRegistry): CatalogFacts {
  const messages = [...registry.files].flatMap((file) => file.messages);
  const providers = messages.flatMap((message) => {
    const option = readOption(registry, message, "planton.shared.v1.provider");
    return option === undefined
      ? []
      : [{ name: option("name"), displayName: option("display_name"), file: message.file }];
  });
  const kinds = messages.flatMap((message) => {
    const option = readOption(registry, message, "planton.shared.v1.kind");
    if (option === undefined) return [];
    const provider = providers.find(({ name }) => name === option("provider"));
    if (provider === undefined) throw new Error(`"${message.name}" names the unknown provider "${option("provider")}"`);
    return [
      { kind: message.name, provider: provider.name, folder: moduleFolder(message.name, provider), file: message.file },
    ];
  });
  return { kinds: kinds.sort(by(({ kind }) => kind)), providers: providers.sort(by(({ name }) => name)) };
}

/** "DigitalOceanDatabaseCluster" of DigitalOcean -> "digitalocean/database-cluster". */
function moduleFolder(kind: string, provider: Pick<ProviderFacts, "name" | "displayName">): string {
  const prefix = provider.displayName.replaceAll(/[^A-Za-z0-9]/g, "");
  if (!kind.toLowerCase().startsWith(prefix.toLowerCase()) || kind.length === prefix.length) {
    throw new Error(`the kind "${kind}" must start with its provider's name "${prefix}"`);
  }
  const rest = kind.slice(prefix.length).replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2");
  return `${provider.name}/${rest.toLowerCase()}`;
}

function readOption(
  registry: FileRegistry,
  message: DescMessage,
  name: string,
): ((field: string) => string) | undefined {
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
    return String(option.get(descriptor));
  };
}

const by =
  <Item>(key: (item: Item) => string) =>
  (a: Item, b: Item): number =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
