import type { Clock } from "./clock.js";
import { isPlantonError, messageOf } from "./planton-error.js";
import { printable } from "./text/printable.js";
import { redactor } from "./text/redact.js";

/** What a line says beside its stage; undefined values are left out. */
export type TraceFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Hears what a process does, for debugging. Holds no secret that it was to hide, and never fails. */
export interface Trace {
  /** False when nobody reads it; what costs time to find out is left out then. */
  readonly isOn: boolean;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Writes one line. */
  event(stage: string, fields?: TraceFields): void;
  /**
   * Runs a stage between a line for its begin and one for its end, which has its duration (ms), its error (code and
   * message) and what the stage has noted. Throws what the stage throws.
   */
  stage<Result>(
    name: string,
    fields: TraceFields,
    run: (note: (fields: TraceFields) => void) => Result | Promise<Result>,
  ): Promise<Result>;
  /** Takes values that no later line may hold. */
  hide(secrets: readonly string[]): void;
  /** Writes a line of another process's trace. */
  forward(line: string): void;
}

/** Writes nothing. */
export const noTrace: Trace = {
  isOn: false,
  nowMs: () => 0,
  event: () => {},
  stage: async (_name, _fields, run) => run(() => {}),
  hide: () => {},
  forward: () => {},
};

/** What a trace is made of. */
export interface TraceInit {
  /** The process, as lines name it: `planton[4711]`. */
  readonly source: string;
  readonly nowMs: () => number;
  /** Takes a line without its line end; never throws. */
  readonly write: (line: string) => void;
}

/** A trace of lines `2026-11-30T22:04:05.678Z planton[4711] account end ms=12 id=team-1`, masked and escaped. */
export function createTrace({ source, nowMs, write }: TraceInit): Trace {
  const secrets = new Set<string>();
  let mask = redactor([]);
  const shown = (value: string | number | boolean): string => {
    const masked = mask(String(value));
    return printable(/^[^\s"\\]+$/.test(masked) ? masked : JSON.stringify(masked));
  };
  const event: Trace["event"] = (stage, fields = {}) => {
    const pairs = Object.entries(fields).flatMap(([key, value]) =>
      value === undefined ? [] : [` ${key}=${shown(value)}`],
    );
    write(`${new Date(nowMs()).toISOString()} ${source} ${stage}${pairs.join("")}`);
  };
  return {
    isOn: true,
    nowMs,
    event,
    async stage(name, fields, run) {
      const beganMs = nowMs();
      let noted: TraceFields = {};
      const note = (more: TraceFields): void => {
        noted = { ...noted, ...more };
      };
      event(`${name} begin`, fields);
      try {
        const result = await run(note);
        event(`${name} end`, { ...fields, ms: nowMs() - beganMs, ...noted });
        return result;
      } catch (error) {
        event(`${name} failed`, { ...fields, ms: nowMs() - beganMs, ...noted, ...errorFields(error) });
        throw error;
      }
    },
    hide(more) {
      const size = secrets.size;
      for (const secret of more) if (secret !== "") secrets.add(secret);
      if (secrets.size > size) mask = redactor([...secrets]);
    },
    forward: write,
  };
}

/** How a line shows an error. */
export function errorFields(error: unknown): TraceFields {
  return { error: isPlantonError(error) ? error.code : "unexpected", message: messageOf(error) };
}

/** The one or two words that name a command; what comes later, or after an option, may be secret. */
export function commandWords(args: readonly string[]): string {
  const end = args.findIndex((word) => word.startsWith("-"));
  return args.slice(0, end === -1 ? 2 : Math.min(end, 2)).join(" ");
}

/** The clock, each of whose waits is a line. */
export function tracedClock(clock: Clock, trace: Trace): Clock {
  if (!trace.isOn) return clock;
  return {
    ...clock,
    sleep(durationMs, ...signals) {
      if (durationMs > 0) trace.event("wait", { ms: Math.round(durationMs) });
      return clock.sleep(durationMs, ...signals);
    },
  };
}
