import { PlantonError } from "../../contract/planton-error.js";
import { redact } from "../../contract/text/redact.js";
import { locksText, readStackLocks } from "../pulumi/stack-lock.js";
import type { StackSession } from "../session/stack-session.js";

/** Runs a command of pulumi that changes the stack. Throws E_LOCKED when another run holds it, E_PULUMI. */
export async function changeStack(session: StackSession, args: readonly string[], stdin = ""): Promise<void> {
  const end = await session.pulumi.capture(args, stdin);
  if (end.code === 0) return;
  if (/currently locked/.test(end.stderr)) {
    const { stack } = session;
    const holders = locksText(readStackLocks(session.ref), session.now());
    throw new PlantonError({
      code: "E_LOCKED",
      message: `stack "${stack}" is locked by ${holders || "another run, which has just ended"}`,
      hint: "wait for that run to end, then run this again",
    });
  }
  // Standard output is kept as it comes, as most of it is data.
  const said = end.stderr.trim() || redact(end.stdout, session.pulumi.secrets).trim().slice(-2000);
  throw new PlantonError({ code: "E_PULUMI", message: `pulumi ${args[0] ?? ""} failed: ${said}` });
}
