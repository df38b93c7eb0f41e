import { existsSync } from "node:fs";
import { PlantonError } from "../contract/planton-error.js";
import type { PreparedStack } from "./prepare-stack.js";
import { ensurePassphrase } from "./project/passphrase.js";
import type { Project } from "./project/project-file.js";
import { readStackRecord, setEncryptionSalt, stackSettingsPath, writeStackRecord } from "./project/stack-settings.js";
import { capturePulumi, type PulumiCommand } from "./pulumi/spawn-pulumi.js";

/** What {@link ensureStack} needs. */
export interface EnsureStackInput {
  readonly prepared: PreparedStack;
  readonly project: Project;
  /** The command without arguments; its environment is asked for after the passphrase was made. */
  readonly command: () => Omit<PulumiCommand, "args">;
  readonly newStack: boolean;
  readonly adoptStack: boolean;
  /** Id of the vendor's account to record; undefined leaves what is recorded. */
  readonly account: string | undefined;
}

/**
 * Makes the stack when neither a settings file nor a stack of that name exists, and records whose it is.
 * Gives true when the stack was made now. Throws E_IDENTITY_STACK_EXISTS, E_IDENTITY_STACK_MISSING, E_PULUMI.
 */
export async function ensureStack(input: EnsureStackInput): Promise<boolean> {
  const { prepared, project } = input;
  const { stack, record } = prepared.choice;
  const hasSettings = existsSync(stackSettingsPath(project.dir, stack));
  const isNew = !hasSettings || input.newStack;
  if (!hasSettings && input.adoptStack) await adopt(input, stack);
  else if (isNew) await initialise(input, stack, hasSettings);
  if (prepared.relativeStackInput !== undefined) {
    const known = record ?? readStackRecord(project.dir, stack);
    writeStackRecord(project.dir, {
      stack,
      stackInput: prepared.relativeStackInput,
      target: prepared.choice.target,
      ...(known?.account !== undefined || input.account === undefined ? {} : { account: input.account }),
    });
  }
  return isNew && !input.adoptStack;
}

async function initialise(input: EnsureStackInput, stack: string, hasSettings: boolean): Promise<void> {
  const { project, prepared } = input;
  ensurePassphrase(input.command().env, prepared.backend.url);
  if (hasSettings) setEncryptionSalt(project.dir, stack, undefined);
  const end = await capturePulumi({ ...input.command(), args: ["stack", "init", "--stack", stack, "--no-select"] });
  if (end.code === 0) return;
  if (/already exists/.test(end.stderr)) {
    throw new PlantonError({
      code: "E_IDENTITY_STACK_EXISTS",
      message: `stack "${stack}" of project "${project.name}" exists in ${prepared.backend.url}, but not its settings file "${stackSettingsPath(project.dir, stack)}"`,
      hint: hasSettings
        ? "the stack is there: leave --new-stack out"
        : "it may belong to another folder of that name; if it is this one's, pass --adopt-stack; else pass --stack NAME, or give the project another name in planton.yaml",
    });
  }
  throw new PlantonError({ code: "E_PULUMI", message: `cannot make stack "${stack}": ${end.stderr.trim()}` });
}

async function adopt(input: EnsureStackInput, stack: string): Promise<void> {
  const end = await capturePulumi({ ...input.command(), args: ["stack", "export", "--stack", stack] });
  if (end.code !== 0) {
    throw new PlantonError({
      code: "E_IDENTITY_STACK_MISSING",
      message: `there is no stack "${stack}" to adopt in ${input.prepared.backend.url}: ${end.stderr.trim()}`,
      hint: "leave --adopt-stack out to make the stack",
    });
  }
  const salt = /"salt":\s*"([^"]+)"/.exec(end.stdout)?.[1];
  setEncryptionSalt(input.project.dir, stack, salt);
}
