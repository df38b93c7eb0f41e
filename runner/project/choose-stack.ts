import { PlantonError } from "../../contract/planton-error.js";
import { groupBy } from "../system/group-by.js";
import { defaultStackName, formerStackName, fullStackName, isSandboxStack } from "./stack-name.js";
import type { StackRecord } from "./stack-settings.js";
import { type Target, targetText } from "./target-name.js";

/** What {@link chooseStack} decides from. */
export interface ChooseStackInput {
  readonly records: readonly StackRecord[];
  /** Path of the stack input relative to the project folder; undefined for standard input. */
  readonly stackInput: string | undefined;
  readonly target: Target;
  /** Short name of the target's kind. */
  readonly shortName: string;
  /** True when the target's name was derived from the spec; a recorded name then wins. */
  readonly nameIsDerived: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** `--stack`. */
  readonly stack: string | undefined;
  /** `--new-stack`. */
  readonly newStack: boolean;
  readonly isSandbox: boolean;
  /** True for what another document of the file, or the same one in another environment of the workspace, is about. */
  readonly isAnother: (target: Target) => boolean;
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
  /** Another name that the backend may have the stack by, see {@link formerStackName}; undefined when a record names it. */
  readonly formerStack: string | undefined;
}

/**
 * Picks the stack of a stack input by the rules of identity. A second stack for a stack input that has one is chosen
 * only with `--new-stack`. Throws E_IDENTITY_CHANGED, E_PROJECT_INVALID, E_USAGE.
 */
export function chooseStack(input: ChooseStackInput): StackChoice {
  const records = indexed(input.records).get(input.isSandbox) ?? noRecords;
  const own =
    input.stackInput === undefined
      ? []
      : (records.byStackInput.get(input.stackInput) ?? []).filter(({ target }) => !(target && input.isAnother(target)));
  if (input.stack !== undefined) {
    return chooseNamed({
      input,
      records,
      own,
      stack: fullStackName(legalName(input.stack, "--stack"), input.isSandbox),
    });
  }
  const same = own.filter((record) => isSameTarget(input, record));
  if (same.length === 1 && same[0] !== undefined) return existing(input, same[0]);
  if (same.length > 1) throw ambiguous(input, same);
  if (own.length > 0 && !input.newStack) throw changed(input, own);
  return chooseDerived(input, records);
}

/** Records of a project folder by what they are searched by. */
interface IndexedRecords {
  readonly byStack: ReadonlyMap<string, StackRecord>;
  readonly byStackInput: ReadonlyMap<string | undefined, readonly StackRecord[]>;
  /** The first of each target. */
  readonly byTarget: ReadonlyMap<string, StackRecord>;
}

const noRecords: IndexedRecords = { byStack: new Map(), byStackInput: new Map(), byTarget: new Map() };

/** By whether they are the sandbox's. */
const indices = new WeakMap<readonly StackRecord[], ReadonlyMap<boolean, IndexedRecords>>();

/** A folder of a thousand manifests has as many records, and each manifest searches them. */
function indexed(records: readonly StackRecord[]): ReadonlyMap<boolean, IndexedRecords> {
  const known = indices.get(records);
  if (known !== undefined) return known;
  const bySandbox = groupBy(records, ({ stack }) => isSandboxStack(stack));
  const index = new Map(
    [...bySandbox].map(([isSandbox, some]): [boolean, IndexedRecords] => {
      const byTarget = new Map<string, StackRecord>();
      for (const record of some) {
        const text = record.target === undefined ? undefined : targetText(record.target);
        if (text !== undefined && !byTarget.has(text)) byTarget.set(text, record);
      }
      return [
        isSandbox,
        {
          byStack: new Map(some.map((record) => [record.stack, record])),
          byStackInput: groupBy(some, ({ stackInput }) => stackInput),
          byTarget,
        },
      ];
    }),
  );
  indices.set(records, index);
  return index;
}

interface NamedChoice {
  readonly input: ChooseStackInput;
  readonly records: IndexedRecords;
  /** Records of the stack input's own path. */
  readonly own: readonly StackRecord[];
  readonly stack: string;
}

function chooseNamed({ input, records, own, stack }: NamedChoice): StackChoice {
  const record = records.byStack.get(stack);
  if (record === undefined || record.target === undefined) {
    if (own.length > 0 && !input.newStack) throw secondStack(input, own, stack);
    return { stack, target: input.target, record, formerStack: undefined };
  }
  // Named by the user, and no other stack input has it: another target is meant then.
  if (isFree(input, record)) return existing(input, record);
  throw belongsElsewhere(input, record);
}

function chooseDerived(input: ChooseStackInput, records: IndexedRecords): StackChoice {
  const label = labelledStack(input.labels);
  const stack = fullStackName(label ?? defaultStackName(input.target, input.shortName), input.isSandbox);
  const former = label === undefined ? fullStackName(formerStackName(input.target), input.isSandbox) : stack;
  const record = records.byStack.get(stack);
  const formerRecord = former === stack ? undefined : records.byStack.get(former);
  const formerStack = former === stack || formerRecord !== undefined ? undefined : former;
  const own = ownOf(
    input,
    [record, formerRecord].filter((one) => one !== undefined),
  );
  if (own !== undefined) {
    const isTaken = own.target !== undefined || own.id !== undefined;
    return { ...existing(input, own), formerStack: isTaken ? undefined : formerStack };
  }
  if (record !== undefined) throw belongsElsewhere(input, record);
  if (formerRecord !== undefined && formerRecord.target === undefined) throw belongsElsewhere(input, formerRecord);
  const about = records.byTarget.get(targetText(input.target));
  if (about === undefined || input.newStack) return { stack, target: input.target, record: undefined, formerStack };
  // The stack has a name of its own and its stack input was moved or renamed: without this it would be made again.
  if (isFree(input, about)) return existing(input, about);
  throw sameTargetElsewhere(input, about);
}

/** The one record that is this stack input's; one that says so goes before one that says nothing. */
function ownOf(input: ChooseStackInput, records: readonly StackRecord[]): StackRecord | undefined {
  const possible = records.filter((record) => isFree(input, record) && isSameTarget(input, record));
  const recorded = possible.filter(({ target }) => target !== undefined);
  const [found, ...others] = recorded.length > 0 ? recorded : possible;
  if (others.length > 0) throw ambiguous(input, possible);
  return found;
}

function existing(input: ChooseStackInput, record: StackRecord): StackChoice {
  const { account: _recorded, ...withoutAccount } = record;
  // A stack that is made anew here holds nothing yet, so no account binds it.
  return {
    stack: record.stack,
    target: recordedName(input, record),
    record: input.newStack ? withoutAccount : record,
    formerStack: undefined,
  };
}

/** True when no other stack input that still exists has the stack. */
function isFree(input: ChooseStackInput, record: StackRecord): boolean {
  const { stackInput } = record;
  return stackInput === undefined || stackInput === input.stackInput || !input.fileExists(stackInput);
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
  const nameLabel = "pulumi.planton.dev/stack.name";
  const fqdnLabel = "pulumi.planton.dev/stack.fqdn";
  const name = labels[nameLabel];
  const fqdn = labels[fqdnLabel];
  if (name !== undefined) return legalName(name, `label "${nameLabel}"`);
  if (fqdn === undefined) return undefined;
  const [organization, project, stack, ...rest] = fqdn.split("/");
  if (organization && project && stack && rest.length === 0) return legalName(stack, `label "${fqdnLabel}"`);
  throw new PlantonError({
    code: "E_PROJECT_INVALID",
    message: `label "${fqdnLabel}" is "${fqdn}", expected organization/project/stack`,
    hint: "correct the label in metadata.labels, or remove it",
  });
}

/** Pulumi takes these characters, and a settings file's name holds the stack's. */
function legalName(stack: string, source: string): string {
  if (/^[A-Za-z0-9_.-]{1,100}$/.test(stack)) return stack;
  throw new PlantonError({
    code: "E_USAGE",
    message: `${source} says "${stack}", expected a stack's own name: up to 100 letters, digits, "-", "_" and "."`,
    hint: "leave organization and project out; the login and Pulumi.yaml define them",
  });
}

function changed(input: ChooseStackInput, own: readonly StackRecord[]): PlantonError {
  return new PlantonError({
    code: "E_IDENTITY_CHANGED",
    message: `"${input.stackInput ?? "-"}" now says ${targetText(input.target)}, but its stack is ${recordTexts(own)}`,
    hint: `to go on with the same stack${keptText(input, own)}, add ${own.map((record) => `--stack ${record.stack}`).join(" or ")}; to make a second one beside it, add --new-stack`,
  });
}

/** A stack keeps its resources under another name or environment, not under another kind. */
function keptText({ target }: ChooseStackInput, own: readonly StackRecord[]): string {
  const isSameKind = own.every((record) => record.target?.kind === target.kind);
  return isSameKind ? " and its resources" : ` (its resources are deleted and those of ${target.kind} made)`;
}

function secondStack(input: ChooseStackInput, own: readonly StackRecord[], stack: string): PlantonError {
  return new PlantonError({
    code: "E_IDENTITY_CHANGED",
    message: `"${input.stackInput ?? "-"}" has the stack ${recordTexts(own)}, not "${stack}"`,
    hint: `to go on with its stack, leave --stack out; to make a second one beside it, add --new-stack`,
  });
}

function ambiguous(input: ChooseStackInput, own: readonly StackRecord[]): PlantonError {
  return new PlantonError({
    code: "E_IDENTITY_CHANGED",
    message: `"${input.stackInput ?? "-"}" has several stacks for ${targetText(input.target)}: ${recordTexts(own)}`,
    hint: `select one: ${own.map((record) => `--stack ${record.stack}`).join(" or ")}`,
  });
}

function belongsElsewhere(input: ChooseStackInput, record: StackRecord): PlantonError {
  const owner = record.stackInput === undefined ? "another stack input" : `"${record.stackInput}"`;
  return new PlantonError({
    code: "E_IDENTITY_CHANGED",
    message: `stack ${recordTexts([record])} belongs to ${owner}, not to "${input.stackInput ?? "-"}" (${targetText(input.target)})`,
    hint: "give this stack input another metadata.name, or a stack of its own with --stack NAME",
  });
}

function sameTargetElsewhere(input: ChooseStackInput, record: StackRecord): PlantonError {
  return new PlantonError({
    code: "E_IDENTITY_CHANGED",
    message: `${targetText(input.target)} of "${input.stackInput ?? "-"}" has a stack already: "${record.stack}" of "${record.stackInput ?? "-"}"`,
    hint: "run that stack input, give this one another metadata.name, or add --new-stack for a second stack",
  });
}

/** `"prod" (DigitalOceanVpc/net)`, several with commas. */
function recordTexts(records: readonly StackRecord[]): string {
  return records
    .map(({ stack, target }) => (target === undefined ? `"${stack}"` : `"${stack}" (${targetText(target)})`))
    .join(", ");
}
