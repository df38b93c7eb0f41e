import { formRanges, redactForms, secretForms } from "./redact.js";

/** Changes output that comes in parts. */
export interface TextStream {
  /** Takes the next part; gives what can be shown by now. */
  write(text: string): string;
  /** Gives the rest. */
  end(): string;
}

/**
 * Masks the secrets as `redact` does, also one that is split over several parts. Held back is only an end that may be the
 * beginning of a secret, at most as long as the longest form of one: a question on a terminal is shown at once.
 */
export function redactStream(secrets: readonly string[]): TextStream {
  const forms = secretForms(secrets);
  const longest = Math.max(0, ...forms.map(({ length }) => length));
  let held = "";
  return {
    write(text) {
      held += text;
      const begun = beginningOf(held, forms);
      // A secret that reaches into the beginning of another one is held back with it, as far as the bound allows.
      const cut = formRanges(held, forms).find(({ start, end }) => start < begun && begun < end);
      const until = cut === undefined ? begun : held.length - cut.start <= longest ? cut.start : cut.end;
      const shown = redactForms(held.slice(0, until), forms);
      held = held.slice(until);
      return shown;
    },
    end() {
      const shown = redactForms(held, forms);
      held = "";
      return shown;
    },
  };
}

/** Where the text's end may be the beginning of a form that is not whole yet; the text's length when it is none. */
function beginningOf(text: string, forms: readonly string[]): number {
  let first = text.length;
  for (const form of forms) {
    const initial = form.charAt(0);
    let start = text.indexOf(initial, Math.max(0, text.length - form.length + 1));
    while (start !== -1 && start < first && !form.startsWith(text.slice(start)))
      start = text.indexOf(initial, start + 1);
    if (start !== -1) first = Math.min(first, start);
  }
  return first;
}
