import type { RunHandoff } from "../../project/run-handoff.js";
import type { EngineLog, RunRequest } from "../run-request.js";

/** Warnings about where secrets are kept, for the user. */
interface SecretWarnings {
  /** Keeps a warning; lower case, without secrets. */
  readonly add: (text: string) => void;
  /** Shows what was kept since the last time. */
  readonly show: (log: EngineLog) => Promise<void>;
}

/**
 * Collects the warnings of a run's resolver. Where planton started the run, those that planton has shown are left out, and
 * in an update those that its preview has shown, too.
 */
export function openSecretWarnings(
  { dryRun }: Pick<RunRequest, "dryRun">,
  handoff: RunHandoff | undefined,
): SecretWarnings {
  const hadPreview = handoff !== undefined && !handoff.skipsPreview;
  const shown = new Set(handoff?.secretWarnings);
  let kept: string[] = [];
  return {
    add(text) {
      if ((dryRun || !hadPreview) && !shown.has(text)) kept.push(text);
    },
    async show(log) {
      const texts = kept;
      kept = [];
      for (const text of texts) await log("warning", text);
    },
  };
}
