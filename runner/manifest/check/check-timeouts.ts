import type { Metadata } from "../../../apis/gen/es/planton/shared/v1/metadata_pb.js";
import type { KindEntry } from "../../../contract/catalog.js";
import type { Problem } from "../../../contract/planton-error.js";
import { locationOf, type SourceMap } from "../decode/source-map.js";

/** Input of {@link checkTimeouts}. */
interface TimeoutsInput {
  readonly entry: KindEntry;
  readonly file: string;
  readonly metadata: Metadata;
  readonly places: SourceMap;
}

const operations = ["create", "update", "delete"] as const;

/** Warnings (E_NOT_APPLIED) about limits in metadata.timeouts that the plugin of the kind's resource does not heed. */
export function checkTimeouts({ entry, file, metadata, places }: TimeoutsInput): Problem[] {
  const given = operations.filter((operation) => metadata.timeouts?.[operation] !== undefined);
  const heeded = operations.filter((operation) => !entry.ignoredTimeouts.includes(operation));
  return given
    .filter((operation) => entry.ignoredTimeouts.includes(operation))
    .map((operation) => ({
      code: "E_NOT_APPLIED",
      severity: "warning",
      file,
      ...locationOf(places, `target.metadata.timeouts.${operation}`),
      message: `the plugin heeds no limit for ${operation} of a ${entry.kind}`,
      hint: `remove the field${heeded.length === 0 ? "" : `; it heeds ${heeded.join(" and ")}`}`,
    }));
}
