import { PlantonError } from "../../contract/planton-error.js";
import { lockText, readStackLocks } from "../pulumi/stack-lock.js";
import { placeOfStack, type StackSession } from "../stack-session.js";

/**
 * Refuses a stack whose lock is held by a run that goes on, or that may go on at another machine. `selection` is how the
 * user named the stack, to be repeated in commands. Throws E_LOCKED with who holds it and since when.
 */
export function assertNotInUse(session: StackSession, selection: string): void {
  const { stack } = session;
  const alive = readStackLocks(placeOfStack(session)).filter((lock) => !lock.isStale);
  if (alive.length === 0) return;
  throw new PlantonError({
    code: "E_LOCKED",
    message: `stack "${stack}" is locked by ${alive.map(lockText).join("; ")}`,
    hint: `wait for that run to end; if it is gone for good: planton pulumi cancel ${selection}`,
  });
}
