import { printable } from "../../../../contract/text/printable.js";
import { cutText, padText, textWidth } from "../fit-text.js";
import { styled } from "../write.js";
import { endedLines } from "./ended-lines.js";
import { everyMs, type StacksView, type ViewInput } from "./plain-view.js";
import { openStackProgress, type StackProgress, type ViewedStack } from "./stack-progress.js";
import { elapsedText, endText, isFailure, type StacksCommand } from "./stack-words.js";

/** A terminal's columns and lines. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What {@link openLiveView} needs beside what every view does. */
interface LiveViewInput extends ViewInput {
  /** The terminal's size now. */
  readonly size: () => TerminalSize;
  readonly isColoured: boolean;
}

/** On wider terminals what belongs together would be far apart, in columns. */
const widestFrame = 119;

/** Between two frames: at most ten of them a second. */
const frameMs = 100;

const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
const clearToEndOfLine = "\u001b[K";
const clearBelow = "\u001b[J";

/**
 * A view on a terminal: a line for each stack and a bar, drawn anew in place; lines of stacks that ended go above it. It
 * writes all of a frame at once, and never onto the terminal's last column, so that no line wraps.
 */
export function openLiveView(input: LiveViewInput): StacksView {
  const { stacks, clock, write, size, command } = input;
  const progress = openStackProgress(stacks, clock.nowMs);
  const closing = new AbortController();
  const startMs = clock.nowMs();
  let above: string[] = [];
  let drawn: readonly string[] = [];
  const draw = (): void => {
    const { columns, rows } = size();
    const lines = frameLines({
      progress,
      command,
      rows,
      width: Math.min(columns - 1, widestFrame),
      nowMs: clock.nowMs(),
      startMs,
    });
    const shown = lines.map(({ text }) => text);
    if (above.length === 0 && shown.join("\n") === drawn.join("\n")) return;
    const styledLines = lines.map(({ text, style }) => (input.isColoured && style ? styled(style, text) : text));
    const text = [...above, ...styledLines].map((line) => `${line}${clearToEndOfLine}\n`).join("");
    write(`${upOver(drawn, columns)}${text}${clearBelow}`);
    above = [];
    drawn = shown;
  };
  write(hideCursor);
  draw();
  void everyMs({ clock, signal: closing.signal, pauseMs: () => frameMs, act: draw });
  return {
    onEvent(event) {
      progress.follow(event);
      if (event.type !== "ended") return;
      const { id } = event.unit;
      const lines = endedLines(id, progress, { ...input, width: size().columns - 1 });
      const phase = progress.phaseOf(id);
      const isRed = input.isColoured && phase.type === "ended" && isFailure(phase.outcome);
      above.push(...lines.map((line, index) => (isRed && index === 0 ? styled("red", line) : line)));
    },
    print: (lines) => void above.push(...lines),
    close() {
      if (closing.signal.aborted) return;
      closing.abort();
      const text = above.map((line) => `${line}${clearToEndOfLine}\n`).join("");
      write(`${upOver(drawn, size().columns)}${text}${clearBelow}${showCursor}`);
    },
  };
}

/** Moves the cursor up over lines, which take more of them when the terminal has become narrower since. */
function upOver(lines: readonly string[], columns: number): string {
  const height = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / Math.max(1, columns))), 0);
  return height === 0 ? "\r" : `\r\u001b[${height}A`;
}

/** A line of a frame. */
interface FrameLine {
  readonly text: string;
  readonly style?: "red" | "dim";
}

/** What a frame is made of. */
interface FrameInput {
  readonly progress: StackProgress;
  readonly command: StacksCommand;
  readonly rows: number;
  /** Most columns of a line. */
  readonly width: number;
  readonly nowMs: number;
  readonly startMs: number;
}

/**
 * The lines of a frame: in the order of the stacks those that run, wait or failed, the bar last. Where there are more than
 * lines, those that run come first, then those that failed; the others are counted.
 */
function frameLines(input: FrameInput): readonly FrameLine[] {
  const { progress, rows, width } = input;
  const open = progress.stacks.filter((stack) => rankOf(progress, stack) < hiddenRank);
  // One line for the bar, one for the cursor.
  const room = Math.max(0, rows - 2);
  const shown = open.length <= room ? open : mostUrgent(progress, open, Math.max(0, room - 1));
  const names = Math.min(longestName, Math.max(0, ...shown.map(({ name }) => textWidth(printable(name)))));
  const hidden = open.length - shown.length;
  const rest =
    hidden === 0 || room === 0 ? [] : [{ text: cutText(`... and ${hidden} more`, width), style: "dim" as const }];
  return [...shown.map((stack) => stackLine(stack, names, input)), ...rest, barLine(input)];
}

/** Longer names are cut in the lines of a frame, in columns. */
const longestName = 32;

const hiddenRank = 3;

/** The lower the more it has to be seen; {@link hiddenRank} for what ended well. */
function rankOf(progress: StackProgress, { id }: ViewedStack): number {
  const phase = progress.phaseOf(id);
  if (phase.type === "running") return 0;
  if (phase.type === "waiting") return 2;
  return isFailure(phase.outcome) ? 1 : hiddenRank;
}

function mostUrgent(progress: StackProgress, open: readonly ViewedStack[], room: number): readonly ViewedStack[] {
  const byRank = [0, 1, 2].flatMap((rank) => open.filter((stack) => rankOf(progress, stack) === rank));
  const chosen = new Set(byRank.slice(0, room));
  return open.filter((stack) => chosen.has(stack));
}

function stackLine(stack: ViewedStack, names: number, { progress, command, width, nowMs }: FrameInput): FrameLine {
  const name = `  ${padText(cutText(printable(stack.name), names), names)}  `;
  const phase = progress.phaseOf(stack.id);
  switch (phase.type) {
    case "running": {
      const work = phase.resource === undefined ? "starting" : printable(phase.resource);
      return { text: withTime(name + work, elapsed(nowMs - phase.sinceMs), width) };
    }
    case "waiting": {
      const awaited = progress.awaited(stack);
      const text = awaited === undefined ? "waiting" : `waiting for ${printable(awaited)}`;
      return { text: cutText(name + text, width), style: "dim" };
    }
    case "ended": {
      const { outcome, ranMs } = phase;
      const text = endText(outcome, { command, ranMs, nameOf: progress.nameOf });
      return { text: cutText(name + text, width), style: "red" };
    }
  }
}

function barLine({ progress, width, nowMs, startMs }: FrameInput): FrameLine {
  const { stacks, phaseOf } = progress;
  const ended = progress.endedCount();
  const phases = stacks.map(({ id }) => phaseOf(id));
  const counts = {
    running: phases.filter(({ type }) => type === "running").length,
    waiting: phases.filter(({ type }) => type === "waiting").length,
    failed: phases.filter((phase) => phase.type === "ended" && isFailure(phase.outcome)).length,
  };
  const size = width >= 60 ? 20 : width >= 30 ? 10 : 0;
  const filled = stacks.length === 0 ? size : Math.floor((ended / stacks.length) * size);
  const bar = size === 0 ? "" : `[${"#".repeat(filled)}${"-".repeat(size - filled)}] `;
  const parts = Object.entries(counts).flatMap(([word, count]) => (count === 0 ? [] : [`${count} ${word}`]));
  return { text: withTime(`${bar}${ended}/${stacks.length}  ${parts.join(", ")}`, elapsed(nowMs - startMs), width) };
}

/** Text with a time at the end of the line; the text is cut where there is no room for both. */
function withTime(text: string, time: string, width: number): string {
  const room = width - time.length - 2;
  return room < time.length ? cutText(text, width) : `${padText(cutText(text, room), room)}  ${time}`;
}

/** In whole seconds: a frame changes with them, and not with every tenth. */
function elapsed(elapsedMs: number): string {
  return elapsedMs < 10_000 ? `${Math.floor(elapsedMs / 1000)} s` : elapsedText(Math.floor(elapsedMs / 1000) * 1000);
}
