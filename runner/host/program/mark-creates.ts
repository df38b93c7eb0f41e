import { setTimeout as sleep } from "node:timers/promises";
import { type Output, output } from "@pulumi/pulumi";
import { registerStackTransformation } from "@pulumi/pulumi/runtime/stack.js";
import { PlantonError } from "../../../contract/planton-error.js";
import type { PendingCreate } from "../../../contract/vendor.js";
import {
  mayBeOutcome,
  type RecordedCreate,
  readRunMarker,
  urnOfCreate,
  writeRunMarker,
} from "../../project/run-marker.js";
import { heldIds } from "../../pulumi/state/pending-creates.js";
import { assertNotMade, forgottenIds, type RecoveryContext } from "../prepare/refuse-unfinished.js";
import { readOutput } from "./read-output.js";

/** What {@link markCreates} notes. */
interface MarkCreatesInput extends RecoveryContext {
  readonly startedAtMs: number;
}

/** What a program registers of types that can be looked up. */
export interface CreateWatch {
  /**
   * To be called after the engine has made everything: when something was created, asks the vendor once for more of it. The
   * plugin may have sent the request again after its response was lost. Throws E_PENDING_OPERATIONS with all ids when
   * the vendor has one that the state does not hold, and E_VENDOR*; the run marker stays then.
   */
  readonly assertMadeOnce: () => Promise<void>;
}

/**
 * Writes the run marker, and adds to it each resource whose creation could be found again, with its identifying inputs
 * and those that no import knows, before the engine is asked for it. A resource that the state lacks and the vendor has
 * with this stack's mark is not registered: its registration fails with E_PENDING_OPERATIONS, and the marker says so.
 */
export function markCreates(input: MarkCreatesInput): CreateWatch {
  const { request, vendor, startedAtMs, nowMs } = input;
  const creates = new Map<string, RecordedCreate>();
  const ids = new Map<string, () => Promise<string | undefined>>();
  // A run that fails has not read what a deletion has left.
  const { needsRefresh = false } = readRunMarker(request.rootDirectory, request.stack) ?? {};
  const write = (): void =>
    writeRunMarker(request.rootDirectory, {
      stack: request.stack,
      startedAtMs,
      creates: [...creates.values()],
      needsRefresh,
    });
  const note = (urn: string, create: RecordedCreate): void => {
    creates.set(urn, create);
    write();
  };
  write();
  registerStackTransformation(({ resource, type, name, props, opts }) => {
    const [first, ...more] = vendor.recovery?.lookups[type] ?? [];
    if (first === undefined) return undefined;
    const marked = [first, ...more, ...(vendor.recovery?.unreadable?.[type] ?? [])];
    const inputs = Object.fromEntries(marked.map((key) => [key, props[key]]));
    const isFree = output(inputs).apply(async (known) => {
      const create: RecordedCreate = { type, name, inputs: known, begunAtMs: nowMs() };
      const urn = urnOfCreate(request, create);
      note(urn, create);
      ids.set(urn, () => idOf(resource));
      const imported = "import" in opts && typeof opts.import === "string" ? opts.import : undefined;
      const knownBefore = await assertNotMade({ ...input, create, urn, imported }).catch((error: unknown) => {
        note(urn, { ...create, alreadyExists: true });
        throw error;
      });
      if (knownBefore !== undefined) note(urn, { ...create, knownBefore });
      return known[first];
    });
    // The engine is asked once its inputs are known, so this one holds it back until the vendor was asked.
    return { props: { ...props, [first]: isFree }, opts };
  });
  return { assertMadeOnce: () => assertMadeOnce({ ...input, creates, ids, note }) };
}

interface WatchedCreates extends MarkCreatesInput {
  readonly creates: ReadonlyMap<string, RecordedCreate>;
  /** Vendor's ids by URN, as the engine gave them. */
  readonly ids: ReadonlyMap<string, () => Promise<string | undefined>>;
  readonly note: (urn: string, create: RecordedCreate) => void;
}

async function assertMadeOnce(input: WatchedCreates): Promise<void> {
  const { request, owner, creates, startedAtMs } = input;
  // The mark of a stack without id may be another stack's too, whose resources are older.
  const since = request.config.get("planton:id") === undefined ? { startedAtMs } : {};
  const before = heldIds(await input.readState(), forgottenIds(request));
  const idsNow = await Promise.all([...input.ids].map(async ([urn, id]) => [urn, await id()] as const));
  const made = idsNow.flatMap(([urn, id]) => (id === undefined || before.has(id) ? [] : [{ urn, id }]));
  const held = new Set([...before, ...idsNow.flatMap(([, id]) => id ?? [])]);
  const surplus: string[] = [];
  for (const { urn, id } of made) {
    const create = creates.get(urn);
    if (create === undefined) continue;
    const found = await findCreated(input, { type: create.type, inputs: create.inputs, owner, ...since });
    const others = (found ?? []).filter((other) => !held.has(other.id) && mayBeOutcome(other, create));
    if (others.length === 0) continue;
    input.note(urn, { ...create, alreadyExists: true });
    const texts = others.map((other) => `${other.description}, id ${other.id}`);
    surplus.push(`the state holds "${create.name}", id ${id}, and the vendor has also ${texts.join("; ")}`);
  }
  if (surplus.length === 0) return;
  throw new PlantonError({
    code: "E_PENDING_OPERATIONS",
    message: `this update of stack "${request.stack}" made more than one of a resource: ${surplus.join("; ")}`,
    hint: `the plugin sends a request again when its response is lost; delete the one that the state does not hold at the vendor, or let it stay there: ${input.recover} --forget ID`,
  });
}

const lookTries = 3;
const lookPauseMs = 1000;

/** Asks the vendor; a single error of its would let an update fail that has made everything. */
async function findCreated({ vendor, context }: RecoveryContext, pending: PendingCreate) {
  for (let left = lookTries - 1; ; left -= 1) {
    try {
      return await vendor.recovery?.findCreated(pending, context);
    } catch (error) {
      if (left === 0) throw error;
      await sleep(lookPauseMs);
    }
  }
}

/** The vendor's id of a resource that the engine has registered. */
async function idOf(resource: object): Promise<string | undefined> {
  if (!("id" in resource)) return undefined;
  return (await readOutput(resource.id as Output<string>)).value;
}
