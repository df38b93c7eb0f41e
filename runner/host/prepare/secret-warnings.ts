import type { Environment } from "../../system/planton-home.js";
import type { EngineLog } from "../serve/engine-log.js";
import type { RunRequest } from "../serve/language-service.js";

/** Warnings about where secrets are kept, for the user. */
export interface SecretWarnings {
  /** Keeps a warning; lower case, without secrets. */
  readonly add: (text: string) => void;
  /** Shows what was kept since the last time. */
  readonly show: (log: EngineLog) => Promise<void>;
}

/**
 * Collects the warnings of a run's resolver. Where planton started the run, those that planton has shown are left out, and
 * in an update those that its preview has shown, too.
 */
export function openSecretWarnings({ dryRun }: Pick<RunRequest, "dryRun">, env: Environment): SecretWarnings {
  const handed = env["PLANTON_RUN_SECRET_WARNINGS"];
  const hadPreview = handed !== undefined && env["PLANTON_RUN_PREVIEW"] !== "skipped";
  const shown = new Set(handed === undefined ? [] : textsIn(handed));
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

/** The texts of a JSON list, as planton writes it; nothing for anything else, at the cost of a warning that comes twice. */
function textsIn(json: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value.filter((text) => typeof text === "string") : [];
  } catch {
    return [];
  }
}
