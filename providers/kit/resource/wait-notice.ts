import type { Clock } from "../../../contract/clock.js";
import type { OnWait } from "../../../http/http-message.js";

/** A wait that is longer than this is explained. */
const silentMs = 5000;

/**
 * Hears why an operation waits, and says it once when that takes longer than 5 s: the reason, until when it is tried, and
 * what the user can do. `say` gets one line.
 */
export function waitNotice(
  { clock, deadlineMs }: { readonly clock: Pick<Clock, "nowMs">; readonly deadlineMs: number },
  say: (line: string) => Promise<void>,
): OnWait {
  let firstMs: number | undefined;
  let isSaid = false;
  return (reason, untilMs) => {
    firstMs ??= clock.nowMs();
    if (isSaid || Math.max(clock.nowMs(), untilMs) - firstMs < silentMs) return;
    isSaid = true;
    const end = new Date(deadlineMs).toISOString().replace(/\.\d+Z$/, "Z");
    // Saying it never fails, and nothing waits for it.
    void say(`still tried again, until ${end} at most: ${reason}; ^C stops it, and the next run goes on from there`);
  };
}
