import type { Clock } from "../../../../contract/clock.js";
import { printable } from "../../../../contract/text/printable.js";
import { type EndedLinesOptions, endedLines } from "./ended-lines.js";
import { openStackProgress, type StackEvent, type ViewedStack } from "./stack-progress.js";
import { elapsedText } from "./stack-words.js";

/** What shows a command over many stacks while it runs. */
export interface StacksView {
  /** Takes what happens. */
  readonly onEvent: (event: StackEvent) => void;
  /** Shows lines of others, such as warnings, that can be shown as they are. */
  readonly print: (lines: readonly string[]) => void;
  /** Ends the view; nothing of it stays but the lines of stacks that ended. To be called whatever happens. */
  readonly close: () => void;
}

/** What a view is opened with. */
export interface ViewInput extends EndedLinesOptions {
  readonly stacks: readonly ViewedStack[];
  readonly clock: Pick<Clock, "nowMs" | "sleep">;
  /** Takes text as it is, line breaks included. */
  readonly write: (text: string) => void;
}

/** CI systems end a job that writes nothing for some minutes. */
const silenceMs = 60_000;

/**
 * A view for where there is no terminal: a line for each stack that ended, with `--verbose` one for each that starts
 * too, and after a minute without any one that names what runs.
 */
export function openPlainView(input: ViewInput): StacksView {
  const { stacks, clock, write } = input;
  const progress = openStackProgress(stacks, clock.nowMs);
  const closing = new AbortController();
  let lastLineMs = clock.nowMs();
  const print = (lines: readonly string[]): void => {
    if (lines.length === 0) return;
    lastLineMs = clock.nowMs();
    write(lines.map((line) => `${line}\n`).join(""));
  };
  const running = (): readonly string[] =>
    stacks.flatMap(({ id, name }) => {
      const phase = progress.phaseOf(id);
      if (phase.type !== "running") return [];
      const resource = phase.resource === undefined ? "" : `, ${printable(phase.resource)}`;
      return [`${printable(name)} (${elapsedText(clock.nowMs() - phase.sinceMs)}${resource})`];
    });
  void everyMs({
    clock,
    signal: closing.signal,
    pauseMs: () => lastLineMs + silenceMs - clock.nowMs(),
    act: () => {
      if (clock.nowMs() - lastLineMs < silenceMs) return;
      lastLineMs = clock.nowMs();
      const names = running();
      if (names.length > 0) print([`still running: ${names.join(", ")}`]);
    },
  });
  return {
    onEvent(event) {
      progress.follow(event);
      const { id } = event.unit;
      if (event.type === "started" && input.isVerbose) print([`${printable(progress.nameOf(id))} started`]);
      if (event.type === "ended") print(endedLines(id, progress, { ...input, width: undefined }));
    },
    print,
    close: () => closing.abort(),
  };
}

/** Acts again and again, with a pause before each time, until the signal fires. */
export async function everyMs({
  clock,
  signal,
  pauseMs,
  act,
}: {
  readonly clock: Pick<Clock, "sleep">;
  readonly signal: AbortSignal;
  readonly pauseMs: () => number;
  readonly act: () => void;
}): Promise<void> {
  while (!signal.aborted) {
    try {
      await clock.sleep(pauseMs(), signal);
    } catch {
      // The signal ends the pause; nothing else does.
      return;
    }
    act();
  }
}
