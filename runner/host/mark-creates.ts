import { output } from "@pulumi/pulumi";
import { registerStackTransformation } from "@pulumi/pulumi/runtime/stack.js";
import type { VendorAdapter } from "../../contract/vendor.js";
import { type MarkedCreate, writeRunMarker } from "../run-marker.js";
import type { RunRequest } from "./language-service.js";

/** What {@link markCreates} notes. */
export interface MarkCreatesInput {
  readonly request: RunRequest;
  readonly vendor: VendorAdapter;
  readonly owner: string;
  readonly startedAtMs: number;
}

/**
 * Writes the run marker, and adds to it each resource whose creation could be found again, with its identifying inputs,
 * before the engine is asked for it.
 */
export function markCreates({ request, vendor, owner, startedAtMs }: MarkCreatesInput): void {
  const creates: MarkedCreate[] = [];
  const write = (): void =>
    writeRunMarker(request.rootDirectory, { stack: request.stack, owner, startedAtMs, creates });
  write();
  registerStackTransformation((args) => {
    const keys = vendor.lookups[args.type];
    if (keys === undefined) return undefined;
    const inputs = Object.fromEntries(keys.map((key) => [key, args.props[key]]));
    output(inputs).apply((known) => {
      creates.push({ type: args.type, name: args.name, inputs: known });
      write();
    });
    return undefined;
  });
}
