import { type DescField, getOption, hasOption } from "@bufbuild/protobuf";
import { known_values } from "../apis/gen/es/planton/shared/v1/options_pb.js";

/** Known values of a field with the option `known_values`. */
interface KnownValues {
  /** Empty: any value is as good. */
  readonly values: readonly string[];
  /** Where they come from; empty where nothing says it. */
  readonly source: string;
  /** Name of the field by which they differ; empty where they do not. */
  readonly by: string;
}

/**
 * The known values of a field: where they differ by another field, those for a value of it, or of every value where it
 * has none or another one than the option knows.
 */
export function knownValues(field: DescField, other?: string): KnownValues {
  if (!hasOption(field, known_values)) return { values: [], source: "", by: "" };
  const { values, source, by, cases } = getOption(field, known_values);
  const own = cases.filter(({ when }) => when === other);
  const chosen = own.length > 0 ? own : cases;
  return { values: [...new Set([...values, ...chosen.flatMap((one) => one.values)])], source, by };
}

/** The values for each value of the other field; empty where they do not differ. */
export function knownValueCases(field: DescField): readonly { readonly when: string; readonly values: string[] }[] {
  return hasOption(field, known_values) ? getOption(field, known_values).cases : [];
}
