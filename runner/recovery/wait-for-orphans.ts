import { PlantonError } from "../../contract/planton-error.js";
import type { FoundResource } from "../../contract/vendor.js";
import { mayBeOutcome } from "../project/run-marker.js";
import { resourceText } from "../pulumi/state/checkpoint.js";
import type { Orphan } from "./find-orphans.js";

/** What {@link waitForOrphans} needs. */
interface WaitForOrphansInput {
  readonly stack: string;
  /** True in the sandbox, where everything is quicker. */
  readonly isSandbox: boolean;
  /** How the user named the stack, to be repeated in commands. */
  readonly arguments: string;
  /** Vendor's ids that the user says are this stack's. */
  readonly imports: ReadonlySet<string>;
  /** Vendor's ids that the user says are not this stack's. */
  readonly forget: ReadonlySet<string>;
  /** True when `imports` and `forget` are for several stacks, so that an id may be another one's. Default: false. */
  readonly sharesIds?: boolean;
  readonly look: () => Promise<readonly Orphan[]>;
  readonly now: () => number;
  /** Resolves after that many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly report: (line: string) => void;
}

/** The outcome of a creation. */
interface AdoptedOrphan {
  readonly orphan: Orphan;
  readonly resource: FoundResource;
}

/** What {@link waitForOrphans} has found out. */
export interface OrphanOutcome {
  readonly adopted: readonly AdoptedOrphan[];
  /** What the user wants to be forgotten. */
  readonly forgotten: readonly FoundResource[];
  /** Those of the ids to import and to forget that were found. */
  readonly usedIds: readonly string[];
}

const readyLimitMs = 60 * 60_000;
const reportEveryMs = 30_000;
const arrivalLimits = { vendor: 120_000, sandbox: 12_000 };
const pollMs = { vendor: 10_000, sandbox: 500 };

/**
 * How long after its start a pending create may still produce a resource, in milliseconds: its request was under way when
 * the run ended.
 */
export function arrivalLimitMs(isSandbox: boolean): number {
  return isSandbox ? arrivalLimits.sandbox : arrivalLimits.vendor;
}

/**
 * Looks until each creation is there and ready (before that a resource lacks what its outputs need), or has had the time
 * to come. Throws E_PENDING_OPERATIONS in doubt, E_USAGE for an id to import or to forget that is not there.
 */
export async function waitForOrphans(input: WaitForOrphansInput): Promise<OrphanOutcome> {
  const place = input.isSandbox ? "sandbox" : "vendor";
  const beganAtMs = input.now();
  let reportedAtMs = Number.NEGATIVE_INFINITY;
  for (;;) {
    const orphans = await input.look();
    const adopted = orphans.flatMap((orphan) => {
      const resource = pick(input, orphan);
      return resource === undefined ? [] : [{ orphan, resource }];
    });
    const nowMs = input.now();
    const unready = adopted.find(({ resource }) => !resource.isReady);
    const late = orphans.find(
      (orphan) =>
        mayStillCome(input, orphan) &&
        nowMs < Math.min(orphan.begunAtMs ?? beganAtMs, beganAtMs) + arrivalLimits[place],
    );
    if (unready === undefined && late === undefined) return { adopted, ...namedIn(input, orphans) };
    if (nowMs - beganAtMs >= readyLimitMs) {
      throw new PlantonError({
        code: "E_PENDING_OPERATIONS",
        message: `${unready?.resource.description ?? late?.urn} is not ready after ${readyLimitMs / 60_000} minutes`,
        hint: `check it in the vendor's console, then run planton pulumi recover ${input.arguments} again`,
      });
    }
    if (nowMs - reportedAtMs >= reportEveryMs) {
      input.report(
        unready === undefined
          ? `not at the vendor yet: ${resourceText(late?.urn ?? "")}; it may still come, looking for up to ${arrivalLimits[place] / 1000} s after it was begun`
          : `waiting until it is ready: ${unready.resource.description}`,
      );
      reportedAtMs = nowMs;
    }
    await input.sleep(pollMs[place]);
  }
}

/**
 * True when nothing of it is at the vendor, and what the state holds does not say that nothing was begun. What was not
 * looked for may still come as well: the plugin looks for it only once, when it creates.
 */
function mayStillCome({ forget }: WaitForOrphansInput, { found, isPending, stateId }: Orphan): boolean {
  if (found === undefined) return isPending;
  if (found.some((resource) => !forget.has(resource.id))) return false;
  return found.length === 0 && (isPending || stateId === undefined);
}

/** What the user named of what was found. Every id has to be one of those, unless it may be another stack's. */
function namedIn(input: WaitForOrphansInput, orphans: readonly Orphan[]): Pick<OrphanOutcome, "forgotten" | "usedIds"> {
  const found = orphans.flatMap((orphan) => orphan.found ?? []);
  const ids = found.flatMap(({ id, importId }) => [
    id,
    ...(importId === undefined || !input.imports.has(importId) ? [] : [importId]),
  ]);
  assertIdsUsed(input, ids);
  return {
    forgotten: found.filter((resource) => input.forget.has(resource.id)),
    usedIds: ids.filter((id) => input.imports.has(id) || input.forget.has(id)),
  };
}

/** Refuses ids of `--import` and `--forget` that are none of the found ones. Throws E_USAGE. */
export function assertIdsUsed(
  { imports, forget, stack, sharesIds }: Pick<WaitForOrphansInput, "imports" | "forget" | "stack" | "sharesIds">,
  found: readonly string[],
): void {
  if (sharesIds === true) return;
  const unused = [...imports, ...forget].filter((id) => !found.includes(id));
  if (unused.length === 0) return;
  throw new PlantonError({
    code: "E_USAGE",
    message: `no pending resource of stack "${stack}" has id ${unused.map((id) => `"${id}"`).join(", ")}${found.length === 0 ? "" : `; found: ${found.join(", ")}`}`,
    hint: "check the id in the vendor's console; a resource that no run of this stack created is adopted with metadata.import_id",
  });
}

/**
 * The one resource that is the outcome of a creation, or undefined when there is none. Throws E_PENDING_OPERATIONS in
 * doubt.
 */
function pick(input: WaitForOrphansInput, orphan: Orphan): FoundResource | undefined {
  const candidates = (orphan.found ?? []).filter((resource) => !input.forget.has(resource.id));
  const named = candidates.filter(({ id, importId = id }) => input.imports.has(id) || input.imports.has(importId));
  // What was there before the creation was begun is no candidate any more.
  const isOutcome = ({ ours, isOnly = false }: FoundResource): boolean =>
    ours || (isOnly && orphan.knownBefore !== undefined);
  const ours = named.length > 0 ? named : candidates.filter(isOutcome);
  const suspects = candidates.filter((resource) => mayBeOutcome(resource, {}));
  // The state has the resource and nothing was begun: another one of its name is no business of this stack.
  if (candidates.length === 0 || (orphan.stateId !== undefined && !orphan.isPending && suspects.length === 0)) return;
  if (orphan.stateId !== undefined) throw replacement(input, orphan, candidates);
  if (ours.length === 1) return ours[0];
  throw new PlantonError({
    code: "E_PENDING_OPERATIONS",
    message: `${candidates.length === 1 ? "a resource" : "several resources"} at the vendor may be what the last run of stack "${input.stack}" began: ${texts(candidates)}`,
    hint: `to take one into the state: planton pulumi recover ${input.arguments} --import ID; if it is not this stack's: planton pulumi recover ${input.arguments} --forget ID (it stays at the vendor)`,
  });
}

/** The state can hold one resource of a URN: planton cannot know which of the two has the data that counts. */
function replacement(
  input: WaitForOrphansInput,
  { urn, stateId, isAmbiguous }: Orphan,
  candidates: readonly FoundResource[],
): PlantonError {
  const recover = `planton pulumi recover ${input.arguments}`;
  const keepState = `delete the other one at the vendor and run this again, or let it stay there: ${recover} --forget ID`;
  const keepOther = `pulumi state delete '${urn}' --stack ${input.stack} --force --target-dependents, then ${recover} --import ID, and the first one stays at the vendor until you delete it there`;
  return new PlantonError({
    code: "E_PENDING_OPERATIONS",
    message: `the last run of stack "${input.stack}" was creating or replacing ${resourceText(urn)}: the state holds id ${stateId ?? ""}, and the vendor has also ${texts(candidates)}`,
    // Of two entries with one URN pulumi deletes none by its name.
    hint: `to go on with the one in the state: ${keepState}${isAmbiguous ? "" : `; to go on with the other one: ${keepOther}`}`,
  });
}

function texts(candidates: readonly FoundResource[]): string {
  return candidates.map((resource) => `${resource.description}, id ${resource.id}`).join("; ");
}
