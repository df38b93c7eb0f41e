import { output } from "@pulumi/pulumi";
import { registerStackTransformation } from "@pulumi/pulumi/runtime/stack.js";
import { type MarkedCreate, urnOfCreate, writeRunMarker } from "../run-marker.js";
import { assertNotMade, type VendorLook } from "./assert-not-made.js";

/** What {@link markCreates} notes. */
export interface MarkCreatesInput extends VendorLook {
  readonly startedAtMs: number;
  readonly now: () => number;
}

/**
 * Writes the run marker, and adds to it each resource whose creation could be found again, with its identifying inputs
 * and those that no import knows, before the engine is asked for it. A resource that the state lacks and the vendor has with this stack's mark is not
 * registered: its registration fails with E_UNFINISHED, and the marker says so.
 */
export function markCreates(input: MarkCreatesInput): void {
  const { request, vendor, owner, startedAtMs, now } = input;
  const creates = new Map<string, MarkedCreate>();
  const write = (): void =>
    writeRunMarker(request.rootDirectory, {
      stack: request.stack,
      owner,
      startedAtMs,
      creates: [...creates.values()],
    });
  write();
  registerStackTransformation(({ type, name, props, opts }) => {
    const [first, ...more] = vendor.lookups[type] ?? [];
    if (first === undefined) return undefined;
    const marked = [first, ...more, ...(vendor.unreadable?.[type] ?? [])];
    const inputs = Object.fromEntries(marked.map((key) => [key, props[key]]));
    const isFree = output(inputs).apply(async (known) => {
      const create: MarkedCreate = { type, name, inputs: known, begunAtMs: now() };
      const urn = urnOfCreate(request, create);
      creates.set(urn, create);
      write();
      const imported = "import" in opts && typeof opts.import === "string" ? opts.import : undefined;
      await assertNotMade({ ...input, create, urn, imported }).catch((error: unknown) => {
        creates.set(urn, { ...create, isMade: true });
        write();
        throw error;
      });
      return known[first];
    });
    // The engine is asked once its inputs are known, so this one holds it back until the vendor was asked.
    return { props: { ...props, [first]: isFree }, opts };
  });
}
