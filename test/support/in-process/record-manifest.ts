import { catalog } from "../../../apis/gen/catalog.js";
import { checkStackInput } from "../../../runner/manifest/read-stack-input.js";
import { type Recording, type RecordRunInput, recordRun } from "./record-run.js";
import type { Registration } from "./recording-monitor.js";

/** A manifest of a kind, and what a run of it starts from. */
export type RecordManifestInput = Omit<RecordRunInput, "entry" | "stackInput"> & {
  readonly kind: string;
  /** Default: the name "part". */
  readonly metadata?: object;
  readonly spec: object;
};

/** What a manifest registers. Throws when it breaks a rule or its program fails. */
export async function recordManifest({ kind, metadata, spec, ...run }: RecordManifestInput): Promise<Recording> {
  run.monitor.clear();
  const manifest = {
    apiVersion: catalog.kinds.find((entry) => entry.kind === kind)?.apiVersion,
    kind,
    metadata: { name: "part", ...metadata },
    spec,
  };
  const { entry, message } = checkStackInput({ catalog, file: "test.yaml", text: JSON.stringify(manifest) });
  return recordRun({ entry, stackInput: message, ...run });
}

/** The first registration of a type; undefined when there is none. */
export function registered({ registrations }: Recording, type: string): Registration | undefined {
  return registrations.find((registration) => registration.type === type);
}

/** A resource of a type in the state before a run. */
export function heldInState(type: string, inputs: Readonly<Record<string, unknown>> = {}) {
  return { urn: `urn:pulumi:recorded::recorded::${type}::part`, type, inputs, isReplaced: false };
}
