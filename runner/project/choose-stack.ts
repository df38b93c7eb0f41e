import { PlantonError } from "../../contract/planton-error.js";
import type { StackRecord } from "./stack-settings.js";
import { defaultStackName, type Target, targetText } from "./target-name.js";

/** What {@link chooseStack} decides from. */
export interface ChooseStackInput {
  readonly records: readonly StackRecord[];
  /** Path of the stack input relative to the project folder; undefined for standard input. */
  readonly stackInput: string | undefined;
  readonly target: Target;
  /** True when the target's name was derived from the spec; a recorded name then wins. */
  readonly nameIsDerived: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** `--stack`. */
  readonly stack: string | undefined;
  /** `--new-stack`. */
  readonly newStack: boolean;
  /** Put before every stack name: "sandbox." there, else empty. */
  readonly prefix: string;
  /** True when a file of that path, relative to the project folder, exists. */
  readonly fileExists: (path: string) => boolean;
}

/** The stack of a run. */
export interface StackChoice {
  readonly stack: string;
  /** The target as recorded or to be recorded; its name is the one to use. */
  readonly target: Target;
  /** The settings file's record; undefined when the stack is to be made. */
  readonly record: StackRecord | undefined;
}

/** Picks the stack of a stack input by the rules of identity. Throws E_IDENTITY_CHANGED, E_REFERENCE_FORM. */
export function chooseStack(input: ChooseStackInput): StackChoice {
  const records = input.records.filter((record) => record.stack.startsWith("sandbox.") === (input.prefix !== ""));
  if (input.stack !== undefined) return chooseNamed(input, records, withPrefix(input.prefix, input.stack));
  const own = input.stackInput === undefined ? [] : records.filter((record) => record.stackInput === input.stackInput);
  const same = own.filter((record) => isSameTarget(input, record));
  if (same.length === 1 && same[0] !== undefined) return existing(input, same[0]);
  if (own.length > 0 && !(input.newStack && same.length === 0)) throw changed(input, own);
  return chooseDerived(input, records);
}

function chooseNamed(input: ChooseStackInput, records: readonly StackRecord[], stack: string): StackChoice {
  const record = records.find((candidate) => candidate.stack === stack);
  if (record === undefined) return { stack, target: input.target, record: undefined };
  const isOwn = record.stackInput === undefined || record.stackInput === input.stackInput;
  if (isOwn || isSameTarget(input, record)) {
    return { stack, target: recordedName(input, record), record };
  }
  throw belongsElsewhere(input, record);
}

function chooseDerived(input: ChooseStackInput, records: readonly StackRecord[]): StackChoice {
  const stack = withPrefix(input.prefix, labelledStack(input.labels) ?? defaultStackName(input.target));
  const record = records.find((candidate) => candidate.stack === stack);
  if (record === undefined) return { stack, target: input.target, record: undefined };
  const recordedFile = record.stackInput;
  const isFree = recordedFile === undefined || recordedFile === input.stackInput || !input.fileExists(recordedFile);
  if (isFree && isSameTarget(input, record)) return existing(input, record);
  throw belongsElsewhere(input, record);
}

function existing(input: ChooseStackInput, record: StackRecord): StackChoice {
  return { stack: record.stack, target: recordedName(input, record), record };
}

function isSameTarget(input: ChooseStackInput, record: StackRecord): boolean {
  if (record.target === undefined) return true;
  return targetText(recordedName(input, record)) === targetText(record.target);
}

function recordedName(input: ChooseStackInput, record: StackRecord): Target {
  if (!input.nameIsDerived || record.target === undefined) return input.target;
  return { ...input.target, name: record.target.name };
}

function labelledStack(labels: Readonly<Record<string, string>>): string | undefined {
  const name = labels["pulumi.planton.dev/stack.name"];
  const fqdn = labels["pulumi.planton.dev/stack.fqdn"];
  if (name !== undefined || fqdn === undefined) return name;
  const [organization, project, stack, ...rest] = fqdn.split("/");
  if (organization && project && stack && rest.length === 0) return stack;
  throw new PlantonError({
    code: "E_PROJECT_INVALID",
    message: `label "pulumi.planton.dev/stack.fqdn" is "${fqdn}", expected organization/project/stack`,
  });
}

function withPrefix(prefix: string, stack: string): string {
  return stack.startsWith(prefix) ? stack : `${prefix}${stack}`;
}

function changed(input: ChooseStackInput, own: readonly StackRecord[]): PlantonError {
  const recorded = own.map(
    (record) => `"${record.stack}" (${record.target === undefined ? "?" : targetText(record.target)})`,
  );
  return new PlantonError({
    code: "E_IDENTITY_CHANGED",
    message: `"${input.stackInput ?? "-"}" now says ${targetText(input.target)}, but its stack is ${recorded.join(", ")}`,
    hint: [
      "to go on with the same resources under the new name: ",
      ...own.map((record) => `--stack ${record.stack} `),
      "; for a second set of resources beside the first: --new-stack",
    ].join(""),
  });
}

function belongsElsewhere(input: ChooseStackInput, record: StackRecord): PlantonError {
  const owner = record.stackInput === undefined ? "another stack input" : `"${record.stackInput}"`;
  return new PlantonError({
    code: "E_IDENTITY_CHANGED",
    message: `stack "${record.stack}" belongs to ${owner} (${record.target === undefined ? "?" : targetText(record.target)}), not to "${input.stackInput ?? "-"}" (${targetText(input.target)})`,
    hint: "give this stack input another metadata.name, or a stack of its own with --stack NAME",
  });
}
