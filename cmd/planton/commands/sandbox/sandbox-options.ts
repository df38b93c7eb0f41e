import { InvalidArgumentError, Option } from "commander";
import { PlantonError } from "../../../../contract/planton-error.js";
import { paceNames } from "../../../../sandbox/kit/base/pace.js";

/** Parses an integer from `least` to `most` for commander. */
export function integer(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^[0-9]+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(
        `expected an integer from ${least}${most === Number.MAX_SAFE_INTEGER ? "" : ` to ${most}`}`,
      );
    return value;
  };
}

/** `--port NUMBER`. */
export function portOption(): Option {
  return new Option(
    "--port <number>",
    "port on 127.0.0.1; 0: any free one (default: 7331, or the next that is free)",
  ).argParser(integer(0, 65535));
}

/** `--pace fast|real`. */
export function paceOption(): Option {
  return new Option("--pace <pace>", "fast: a cluster takes half a second; real: some minutes (default: fast)").choices(
    [...paceNames],
  );
}

/** `--format text|json`. */
export function formatOption(): Option {
  return new Option("--format <format>", "output format").choices(["text", "json"]).default("text");
}

/** The parts of `KEY=VALUE` arguments; a value may be empty. Throws E_USAGE for anything else. */
export function parseAssignments(texts: readonly string[]): readonly (readonly [key: string, value: string])[] {
  return texts.map((text) => {
    const at = text.indexOf("=");
    if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
    throw new PlantonError({ code: "E_USAGE", message: `"${text}" is not KEY=VALUE`, hint: "write KEY=VALUE" });
  });
}
