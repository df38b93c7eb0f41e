import { basename } from "node:path";
import type { Metadata } from "../../../apis/gen/es/planton/shared/v1/metadata_pb.js";
import type { KindEntry } from "../../../contract/catalog.js";
import type { Problem } from "../../../contract/planton-error.js";
import { locationOf, type SourceMap } from "../decode/source-map.js";
import { shorten } from "../yaml/yaml-node.js";

/** Input of {@link checkIgnoredMetadata}. */
interface IgnoredMetadataInput {
  readonly entry: KindEntry;
  readonly file: string;
  readonly metadata: Metadata;
  readonly places: SourceMap;
}

/** Labels by which planton and its forerunner are steered. */
const isToolLabel = (key: string): boolean => /(^|\.)planton\.dev\//.test(key);

const operations = ["create", "update", "delete"] as const;

/**
 * Warnings (E_NOT_APPLIED) about limits in metadata.timeouts that the plugin of the kind's resource does not heed,
 * and about labels that go nowhere.
 */
export function checkIgnoredMetadata({ entry, file, metadata, places }: IgnoredMetadataInput): Problem[] {
  const given = operations.filter((operation) => metadata.timeouts?.[operation] !== undefined);
  const heeded = operations.filter((operation) => !entry.ignoredTimeouts.includes(operation));
  const warning = { code: "E_NOT_APPLIED", severity: "warning", file } as const;
  const limits = given
    .filter((operation) => entry.ignoredTimeouts.includes(operation))
    .map((operation) => ({
      ...warning,
      ...locationOf(places, `target.metadata.timeouts.${operation}`),
      message: `the plugin heeds no limit for ${operation} of a ${entry.kind}`,
      hint: `remove the field${heeded.length === 0 ? "" : `; it heeds ${heeded.join(" and ")}`}`,
    }));
  // Those of the workspace are for all of its manifests, whatever their vendors take.
  const isOwn = (key: string): boolean => {
    const place = places.byFieldPath.get(`target.metadata.labels[${JSON.stringify(key)}]`);
    return place?.file === undefined || basename(place.file) !== "planton.yaml";
  };
  const labels = Object.keys(metadata.labels).filter((key) => !isToolLabel(key) && isOwn(key));
  if (!entry.ignoresLabels || labels.length === 0) return limits;
  return [
    ...limits,
    {
      ...warning,
      ...locationOf(places, "target.metadata.labels"),
      message: `the vendor has no labels for a ${entry.kind}: ${labels.map((key) => `"${shorten(key)}"`).join(", ")} stay here`,
      hint: "remove them, or write them as annotations",
    },
  ];
}
