import { type DescFile, type DescMessage, getOption, hasOption } from "@bufbuild/protobuf";
import { kind as kindOption, provider as providerOption } from "../apis/gen/es/planton/shared/v1/options_pb.js";
import type { Catalog, KindEntry, ProviderEntry } from "./catalog.js";
import { PlantonError } from "./planton-error.js";

/**
 * The catalog of all kinds and providers in the files, sorted by name. A kind is a message with the option `kind`, a
 * provider one with the option `provider`. Throws E_INTERNAL when a kind lacks one of its messages.
 */
export function buildCatalog(files: readonly DescFile[]): Catalog {
  const messages = files.flatMap((file) => file.messages);
  return {
    kinds: messages
      .filter((message) => hasOption(message, kindOption))
      .map(kindEntry)
      .sort((a, b) => compare(a.kind, b.kind)),
    providers: messages
      .filter((message) => hasOption(message, providerOption))
      .map(providerEntry)
      .sort((a, b) => compare(a.name, b.name)),
  };
}

function kindEntry(manifest: DescMessage): KindEntry {
  const options = getOption(manifest, kindOption);
  return {
    kind: manifest.name,
    provider: options.provider,
    apiVersion: options.apiVersion,
    idPrefix: options.idPrefix,
    stateful: options.stateful,
    manifest,
    spec: sibling(manifest, "Spec"),
    stackInput: sibling(manifest, "StackInput"),
    stackOutputs: sibling(manifest, "StackOutputs"),
  };
}

function providerEntry(config: DescMessage): ProviderEntry {
  const { name, displayName, credentialsUrl } = getOption(config, providerOption);
  return { name, displayName, credentialsUrl, config };
}

function sibling(manifest: DescMessage, suffix: string): DescMessage {
  const name = `${manifest.name}${suffix}`;
  const found = manifest.file.messages.find((message) => message.name === name);
  if (found === undefined) {
    throw new PlantonError({ code: "E_INTERNAL", message: `"${manifest.file.name}.proto" has no message "${name}"` });
  }
  return found;
}

/** Order by code units, the same in every locale. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
