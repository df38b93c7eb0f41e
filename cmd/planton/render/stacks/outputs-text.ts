import { PlantonError } from "../../../../contract/planton-error.js";
import { printable } from "../../../../contract/text/printable.js";
import type { JsonObject } from "../../../../http/json.js";
import { holdsSecret, maskedOutput } from "../../../../runner/pulumi/secret-output.js";
import { envLine, envVariables } from "../env-text.js";

/** How outputs are shown: for people, for programs, as a `.env` file. */
export const outputFormats = ["text", "json", "env"] as const;

/** One of {@link outputFormats}. */
export type OutputFormat = (typeof outputFormats)[number];

/** The outputs of one stack. */
export interface StackOutputs {
  /** As `unitName` gives it; unique among the stacks shown. */
  readonly name: string;
  /** As its state has them, secrets encrypted. */
  readonly outputs: JsonObject;
}

/**
 * The outputs of several stacks, in lines for `Cli.out` (`env`: "exact"); secrets are `[secret]`. JSON has an object for
 * each stack by its name; in a `.env` file a variable is called after stack and output, `DB_ORDERS_HOST`, and secrets are
 * comments, so that no program takes the mask for the value. Throws E_USAGE for two variables of one name and for a value
 * that fits no `.env` file.
 */
export function outputsLines(stacks: readonly StackOutputs[], format: OutputFormat): readonly string[] {
  switch (format) {
    case "json":
      return [JSON.stringify(Object.fromEntries(stacks.map(maskedStack)), undefined, 2)];
    case "env":
      return envLines(stacks);
    default:
      return stacks.flatMap((stack, index) => [...(index === 0 ? [] : [""]), ...textLines(stack)]);
  }
}

function maskedStack({ name, outputs }: StackOutputs): readonly [string, JsonObject] {
  return [name, Object.fromEntries(Object.entries(outputs).map(([output, value]) => [output, maskedOutput(value)]))];
}

function textLines(stack: StackOutputs): readonly string[] {
  const [name, outputs] = maskedStack(stack);
  const rows = Object.entries(outputs);
  const longest = Math.max(0, ...rows.map(([output]) => printable(output).length));
  return [
    printable(name),
    ...(rows.length === 0 ? ["  (no outputs)"] : []),
    ...rows.map(([output, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return `  ${printable(output).padEnd(longest)}  ${printable(text)}`.trimEnd();
    }),
  ];
}

function envLines(stacks: readonly StackOutputs[]): readonly string[] {
  const owners = new Map<string, string>();
  return stacks.flatMap(({ name, outputs }) => {
    const prefix = `${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_`;
    return Object.entries(outputs).flatMap(([output, value]) => {
      const isSecret = holdsSecret(value);
      return [...envVariables({ [output]: isSecret ? "[secret]" : value }, { prefix })].map(([variable, text]) => {
        const owner = owners.get(variable);
        if (owner !== undefined) throw twoOutputs(variable, owner, `${name} ${output}`);
        owners.set(variable, `${name} ${output}`);
        return isSecret ? `# ${variable}=${text}` : envLine(variable, text);
      });
    });
  });
}

function twoOutputs(variable: string, ...owners: readonly [string, string]): PlantonError {
  return new PlantonError({
    code: "E_USAGE",
    message: `two outputs would both be ${variable}: "${owners.join('" and "')}"`,
    hint: "ask for the outputs of one stack at a time, or take --format json",
  });
}
