import { PlantonError } from "../../../contract/planton-error.js";

/** How outputs are called in a `.env` file. */
export interface EnvNaming {
  /** Before every name. */
  readonly prefix?: string | undefined;
  /** The name of the one output. */
  readonly as?: string | undefined;
}

/**
 * Outputs as variables of a `.env` file, in order: names in capitals, what is no string as JSON. Throws E_USAGE for two
 * outputs of one name and for a value that no quotes carry.
 */
export function envVariables(
  outputs: Readonly<Record<string, unknown>>,
  { prefix = "", as }: EnvNaming = {},
): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const [output, value] of Object.entries(outputs)) {
    const name = as ?? envName(`${prefix}${output}`, prefix.length);
    if (variables.has(name)) {
      throw new PlantonError({
        code: "E_USAGE",
        message: `two outputs would both be ${name}`,
        hint: `name one of them, and what it is to be called: --as NAME`,
      });
    }
    const text = typeof value === "string" ? value : JSON.stringify(value);
    if (quotedForms(text).length === 0) {
      throw new PlantonError({
        code: "E_USAGE",
        message: `the value of the output "${output}" fits no .env file: ${obstacle(text)}`,
        hint: `print it alone: planton pulumi output ${output} --json`,
      });
    }
    variables.set(name, text);
  }
  return variables;
}

/** A variable as a line of a `.env` file, `CONNECTION_URI='mysql://...'`, over several lines where the value has them. */
export function envLine(name: string, value: string): string {
  return `${name}=${envValue(value)}`;
}

/**
 * A value as it is written in a `.env` file, so that dotenv 17, `node --env-file` and planton's `dotenv://` read the same;
 * with single quotes a shell does too.
 */
export function envValue(value: string): string {
  return quotedForms(value)[0] ?? "";
}

function envName(output: string, kept: number): string {
  const name =
    output.slice(0, kept) +
    output
      .slice(kept)
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]/g, "_");
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

/**
 * The ways to write a value, the safest first. In no quotes is there an escape that all readers know; a backslash before
 * the closing quote is one to dotenv, in double quotes backslashes are to all, in different ways.
 */
function quotedForms(value: string): string[] {
  // Readers make a line feed of every carriage return, or drop it; and no environment holds a NUL.
  if (/[\r\0]/.test(value)) return [];
  const endsOpen = value.endsWith("\\");
  const isPlain = value !== "" && value === value.trim() && !/^['"`]|[#\n]/.test(value);
  return [
    ...(value.includes("'") || endsOpen ? [] : [`'${value}'`]),
    ...(/["\\]/.test(value) ? [] : [`"${value}"`]),
    ...(value.includes("`") || endsOpen ? [] : [`\`${value}\``]),
    ...(isPlain ? [value] : []),
  ];
}

function obstacle(value: string): string {
  if (value.includes("\r")) return "it has a carriage return, which readers of such files change";
  if (value.includes("\0")) return "it has a NUL";
  return "it has quotes of every sort, or ends with a backslash, and is not plain either";
}
