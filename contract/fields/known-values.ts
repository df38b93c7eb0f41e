import { type DescField, hasOption } from "@bufbuild/protobuf";
import { known_values } from "../../apis/gen/es/planton/shared/v1/options_pb.js";
import { optionOf } from "./option-of.js";

/** Known values of a field with the option `known_values`. */
interface KnownValues {
  /** Of every case; empty: any value is as good. */
  readonly values: readonly string[];
  /** Where they come from; empty where nothing says it. */
  readonly source: string;
  /** Name of the field by which they differ; empty where they do not. */
  readonly by: string;
  /** The values for each value of that field, or for several of them. */
  readonly cases: readonly { readonly when: readonly string[]; readonly values: readonly string[] }[];
}

/** The known values of a field; none without the option. */
export function knownValues(field: DescField): KnownValues {
  if (!hasOption(field, known_values)) return { values: [], source: "", by: "", cases: [] };
  const { values, source, by, cases } = optionOf(field, known_values);
  return { values: [...new Set([...values, ...cases.flatMap((one) => one.values)])], source, by, cases };
}

/** Those for one value of the other field; all of them where it has none, or another one than the option knows. */
export function knownValuesFor({ values, cases }: KnownValues, other: string | undefined): readonly string[] {
  return cases.find(({ when }) => other !== undefined && when.includes(other))?.values ?? values;
}
