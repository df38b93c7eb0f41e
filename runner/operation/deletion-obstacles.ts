import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import type { DeletionObstacles } from "../../contract/vendor.js";
import { followDeletions, type OngoingDeletion } from "../pulumi/engine-events.js";
import { readCheckpoint, resourceText } from "../pulumi/state/checkpoint.js";
import type { StackSession } from "../session/stack-session.js";

/**
 * Refuses a destroy whose one resource the vendor does not delete, as others use it: the plugin would try for minutes. Of a
 * stack with more resources nothing is said, as these may be what uses it. Throws E_IN_USE.
 */
export async function assertDeletable({ vendor, vendorContext, ref, pulumi }: StackSession): Promise<void> {
  if (vendor?.readObstacles === undefined || vendorContext === undefined) return;
  const { resources } = await readCheckpoint(ref, pulumi);
  const [only, ...others] = resources.filter(({ id, type }) => id !== undefined && !type.startsWith("pulumi:"));
  if (only?.id === undefined || others.length > 0) return;
  const obstacles = await vendor.readObstacles({ type: only.type, id: only.id }, vendorContext).catch(quietly);
  if (obstacles?.isHopeless !== true) return;
  throw new PlantonError({
    code: "E_IN_USE",
    message: `${resourceText(only.urn)}, id ${only.id}, cannot be deleted: ${obstacles.found.join(", ")}`,
    hint: obstacles.cure,
  });
}

/** What asks ahead only says more than pulumi does: what is wrong with the vendor or the token ends the deletion itself. */
function quietly(error: unknown): undefined {
  if (!isPlantonError(error)) throw error;
}

/** What {@link watchDeletions} needs. */
interface WatchDeletionsInput {
  /** The event log of the run; it grows. */
  readonly eventsPath: string;
  /** Asks the vendor what is in the way. */
  readonly read: (deletion: OngoingDeletion) => Promise<DeletionObstacles | undefined>;
  readonly report: (line: string) => void;
}

const lookEveryMs = 1000;
/** Most deletions are done by then. */
const firstAskMs = 4000;
const askAgainMs = 15_000;

/**
 * Says what is in the way of each deletion that takes longer than some seconds, and again when that changes: plugins of
 * vendors send a refused one for minutes and say nothing. Ends when the function given back is called.
 */
export function watchDeletions({ eventsPath, read, report }: WatchDeletionsInput): () => void {
  const ongoingDeletions = followDeletions(eventsPath);
  const known = new Map<string, { nextAskMs: number; said: string }>();
  let isStopped = false;
  let nowMs = 0;
  const ask = async (deletion: OngoingDeletion, noted: { said: string }): Promise<void> => {
    try {
      const obstacles = await read(deletion);
      const line = obstacles === undefined ? "" : obstacleText(deletion, obstacles);
      if (isStopped || line === noted.said) return;
      noted.said = line;
      if (line !== "") report(line);
    } catch (error) {
      quietly(error);
    }
  };
  const look = (): void => {
    nowMs += lookEveryMs;
    for (const deletion of ongoingDeletions()) {
      const key = `${deletion.urn} ${deletion.id}`;
      const noted = known.get(key) ?? { nextAskMs: nowMs + firstAskMs, said: "" };
      known.set(key, noted);
      if (nowMs < noted.nextAskMs) continue;
      noted.nextAskMs = nowMs + askAgainMs;
      void ask(deletion, noted);
    }
  };
  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  return () => {
    isStopped = true;
    clearInterval(timer);
  };
}

function obstacleText({ urn, id }: OngoingDeletion, { found, cure, until }: DeletionObstacles): string {
  return `${resourceText(urn)}, id ${id}, cannot be deleted yet: ${found.join(", ")}; ${cure}; ${until}`;
}
