import { printableStyled } from "./printable.js";
import type { TextStream } from "./redact-stream.js";

const esc = "\u001b";
/** What may be the beginning of an escape sequence, or of a command for a CI system. */
const begun = new RegExp(String.raw`(?:${esc}(?:\[[\d;]{0,32})?|##?(?:vs?o?)?|:{1,2})$`, "i");
/** What may be before a command. */
const blank = new RegExp(String.raw`^(?:\s|${esc}\[[\d;]*m)*$`);

/**
 * Escapes output that comes in parts as `printableStyled` does. Held back is only an end that may be the beginning of what
 * has to be escaped as a whole: a question on a terminal is shown at once.
 */
export function printableStream(): TextStream {
  let held = "";
  // The line so far, while it has only what may be before a command; undefined: it has more.
  let lineStart: string | undefined = "";
  const shown = (text: string): string => {
    if (text === "") return "";
    const before = lineStart ?? "x";
    const line = (before + text).split("\n").at(-1) ?? "";
    lineStart = blank.test(line) ? line.slice(-64) : undefined;
    return printableStyled(before + text).slice(printableStyled(before).length);
  };
  return {
    write(text) {
      held += text;
      const until = begun.exec(held)?.index ?? held.length;
      const out = shown(held.slice(0, until));
      held = held.slice(until);
      return out;
    },
    end() {
      const out = shown(held);
      held = "";
      return out;
    },
  };
}
