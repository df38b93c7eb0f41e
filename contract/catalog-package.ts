import { type DescFile, getOption, hasOption } from "@bufbuild/protobuf";
import { alias as aliasOption, kind as kindOption } from "../apis/gen/es/planton/shared/v1/options_pb.js";
import type { KindFacts } from "./catalog.js";
import { fieldNames } from "./fields/field-names.js";
import type { KindModule } from "./module.js";

/** What the entry of a package of kinds outside of planton's tree exports as `catalog`. */
export interface CatalogPackage {
  /** Files of generated code; every message in them with the option `kind` is a kind, on a provider that planton has. */
  readonly files: readonly DescFile[];
  /** Loads the module of each kind, by the kind's name; called while a program runs. */
  readonly modules: Readonly<Record<string, () => Promise<KindModule>>>;
  /** Comments of messages and fields by full name, for planton explain. */
  readonly comments?: Readonly<Record<string, string>>;
}

/** What the options on a file's messages say of its kinds, in the file's order. */
export function kindFactsOf(file: DescFile): readonly KindFacts[] {
  return file.messages
    .filter((message) => hasOption(message, kindOption))
    .map((message) => {
      const { $typeName, $unknown, ...facts } = getOption(message, kindOption);
      const spec = file.messages.find(({ name }) => name === `${message.name}Spec`);
      const specKeys = (spec?.fields ?? []).flatMap((field) => fieldNames(field, getOption(field, aliasOption)));
      return { kind: message.name, ...facts, specKeys };
    });
}
