import { mkdirSync } from "node:fs";
import { PlantonError } from "../../contract/planton-error.js";
import { backendText, fileBackendFolder, isRelativeFileBackend } from "../project/backend.js";
import { adoptedId, newStackId } from "../project/owner-tag.js";
import { ensurePassphrase } from "../project/passphrase.js";
import type { Project } from "../project/project-file.js";
import {
  areSettingsBegun,
  beginStackSettings,
  dropBegunSettings,
  forgetFormerStack,
  readStackRecord,
  type StackRecord,
  setEncryptionSalt,
  stackSettingsPath,
  updateStackRecord,
} from "../project/stack-settings.js";
import type { PulumiCli } from "../pulumi/spawn-pulumi.js";
import { locksText, readStackLocks, removeCutLocks } from "../pulumi/stack-lock.js";
import type { StackRef } from "../pulumi/stack-ref.js";
import { parseCheckpoint } from "../pulumi/state/checkpoint.js";
import { exportStack, mayExist, saltIn, stackExists, stackMissing } from "../pulumi/state/export-stack.js";
import { readStackTags, writeStackTags } from "../pulumi/state/stack-tags.js";
import { shellQuote } from "../system/shell-quote.js";
import type { PreparedStack } from "./prepare-stack.js";
import { identityTags, isShared, nameByWorkspace, recordInTags, type TaggedRecord } from "./stack-identity.js";

/** What {@link ensureStack} needs. */
interface EnsureStackInput {
  readonly prepared: PreparedStack;
  readonly project: Project;
  readonly ref: StackRef;
  /** The command without arguments; its environment is asked for after the passphrase was made. */
  readonly pulumi: () => PulumiCli;
  readonly newStack: boolean;
  readonly adoptStack: boolean;
  /** True for operations on what was applied: no stack is made. */
  readonly mustExist: boolean;
  /** Id of the vendor's account to record; undefined leaves what is recorded. */
  readonly account: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Makes the stack when neither a settings file nor a stack of that name exists, and records whose it is when nothing is
 * on record. A record that says something else stays as it is. Gives the settings file as it is then.
 * Throws E_IDENTITY_STACK_EXISTS, E_IDENTITY_STACK_MISSING, E_LOCKED, E_PULUMI.
 */
export async function ensureStack(
  input: EnsureStackInput,
): Promise<{ readonly isNew: boolean; readonly record: StackRecord }> {
  const { prepared, project } = input;
  const { stack, target } = prepared.choice;
  const settings = readStackRecord(project.dir, stack);
  const { isNew, kept } = await makeOrTake(input, settings === undefined ? "none" : stateOf(input, settings));
  const stackInput = prepared.relativeStackInput;
  const { id, account = input.account, resourceName = isNew ? nameByWorkspace(prepared) : undefined } = kept;
  const record = updateStackRecord(project.dir, stack, (now) => ({
    ...(id !== undefined && now.id === undefined ? { id } : {}),
    ...(stackInput !== undefined && (isNew || now.target === undefined) ? { stackInput, target } : {}),
    ...(account !== undefined && now.account === undefined ? { account } : {}),
    ...(resourceName !== undefined && now.resourceName === undefined ? { resourceName } : {}),
  }));
  if (isNew && isShared(prepared.workspace)) {
    await writeStackTags(input.ref, input.pulumi, identityTags(prepared.workspace.name, { ...record, target }));
  }
  return { isNew, record };
}

/**
 * What the settings file of the stack says: nothing is there, it was begun by a run that was to make the stack, it is about
 * this target, or about none.
 */
type Settings = "none" | "begun" | "recorded" | "unrecorded";

/** A stack input from standard input is not recorded, so its settings file is enough. */
function stateOf({ prepared, project }: EnsureStackInput, { stack, target }: StackRecord): Settings {
  if (areSettingsBegun(project.dir, stack)) return "begun";
  return target !== undefined || prepared.relativeStackInput === undefined ? "recorded" : "unrecorded";
}

/** A stack that is there now, and the id to record when none is on record. */
interface TakenStack {
  readonly isNew: boolean;
  /** What to record where nothing is on record. */
  readonly kept: TaggedRecord;
}

async function makeOrTake(input: EnsureStackInput, settings: Settings): Promise<TakenStack> {
  const { prepared, ref, newStack, adoptStack } = input;
  const { stack } = prepared.choice;
  if (settings !== "recorded" && adoptStack) {
    const id = await adopt(input, stack);
    return { isNew: false, kept: id === undefined ? {} : { id } };
  }
  const own = settings === "recorded" || newStack ? undefined : await ownByTags(input, stack);
  if (own !== undefined) return { isNew: false, kept: own };
  if (settings === "none" || newStack) {
    if (settings !== "none" && (await stackExists(ref, input.pulumi()))) throw existing(input, stack, settings);
    if (input.mustExist && !newStack) throw neverApplied(prepared);
    await initialise(input, stack, settings);
    return { isNew: true, kept: { id: newStackId() } };
  }
  if (!(await stackExists(ref, input.pulumi()))) {
    if (settings !== "begun") throw stackMissing(ref);
    await initialise(input, stack, settings);
    return { isNew: true, kept: { id: newStackId() } };
  }
  if (settings === "recorded") return { isNew: false, kept: {} };
  const exported = await exportStack(input.pulumi(), stack);
  const isEmpty = exported !== undefined && parseCheckpoint(exported).resources.length === 0;
  // Whoever made it (`pulumi stack init`) loses nothing.
  if (!isEmpty) throw existing(input, stack, settings);
  if (settings === "begun") setEncryptionSalt(input.project.dir, stack, saltIn(exported));
  return { isNew: false, kept: { id: newStackId() } };
}

/** What a stack's tags have kept, when it is this workspace's and about this target; its settings get its salt. */
async function ownByTags(input: EnsureStackInput, stack: string): Promise<TaggedRecord | undefined> {
  const { prepared, project, ref } = input;
  if (!isShared(prepared.workspace) || !(await mayExist(ref, input.pulumi()))) return undefined;
  const own = recordInTags(await readStackTags(ref, input.pulumi), prepared);
  const exported = own === undefined ? undefined : await exportStack(input.pulumi(), stack);
  if (exported === undefined) return undefined;
  setEncryptionSalt(project.dir, stack, saltIn(exported));
  return own;
}

/** The error for an operation on a stack input that has no stack. */
export function neverApplied({ reading: { file }, choice: { stack } }: PreparedStack): PlantonError {
  return new PlantonError({
    code: "E_STACK_INPUT_MISSING",
    message: `stack "${stack}" of "${file}" was never applied here: it has no settings file`,
    hint: `run planton pulumi up --stack-input ${shellQuote(file)} first; if the stack is in the backend and only its settings file is lost, add --adopt-stack`,
  });
}

async function initialise(input: EnsureStackInput, stack: string, settings: Settings): Promise<void> {
  const { project, prepared } = input;
  makeStateFolder(prepared.backend.url, project.dir);
  ensurePassphrase(input.pulumi().env, prepared.backend.url);
  removeCutLocks(input.ref, input.now());
  const begins = settings === "none" && beginStackSettings(project.dir, stack);
  const restore = begins
    ? () => dropBegunSettings(project.dir, stack)
    : settings === "none" || settings === "begun"
      ? () => {}
      : forgetFormerStack(project.dir, stack);
  const end = await input.pulumi().capture(["stack", "init", "--stack", stack, "--no-select"]);
  if (end.code === 0) return;
  const isLocked = /currently locked/.test(end.stderr);
  const isTaken = isLocked || /already exists/.test(end.stderr);
  // On a full disk it may be made all the same: what was begun then says that it is this folder's.
  if (isTaken || !begins || !(await isLeft(input))) restore();
  if (isTaken) {
    const isOfThisFolder = settings === "begun" || (settings === "none" && !begins);
    assertNotBeingMade({ ...input, stack, isLocked, isOfThisFolder });
    throw existing(input, stack, settings);
  }
  throw new PlantonError({ code: "E_PULUMI", message: `cannot make stack "${stack}": ${end.stderr.trim()}` });
}

/** True when the backend has the stack; false as well where it cannot be asked, which the caller's own error says. */
function isLeft({ ref, pulumi }: EnsureStackInput): Promise<boolean> {
  return stackExists(ref, pulumi()).catch(() => false);
}

/** Makes the folder of a backend whose path is relative; an absolute one may be a disk that is not mounted. */
function makeStateFolder(url: string, projectDir: string): void {
  const folder = isRelativeFileBackend(url) ? fileBackendFolder(url, projectDir) : undefined;
  if (folder !== undefined) mkdirSync(folder, { recursive: true, mode: 0o700 });
}

interface RefusedInit extends EnsureStackInput {
  readonly stack: string;
  /** True when another run in this folder had begun to make the stack. */
  readonly isOfThisFolder: boolean;
  /** True when pulumi says so; it looks for a lock before it looks for the stack. */
  readonly isLocked: boolean;
}

/** Distinguishes a first up that lost a race from a stack of another folder: the winner's settings file or lock is here. */
function assertNotBeingMade(input: RefusedInit): void {
  const { stack } = input;
  const locks = readStackLocks(input.ref).filter((lock) => input.isLocked || !lock.isStale);
  const isLocked = input.isLocked || locks.length > 0;
  if (!isLocked && !input.isOfThisFolder) return;
  throw new PlantonError({
    code: "E_LOCKED",
    message: isLocked
      ? `stack "${stack}" is locked by ${locksText(locks, input.now()) || "another run"}`
      : `another run has just made stack "${stack}"`,
    hint:
      locks.length > 0 && locks.every((lock) => lock.isStale)
        ? `its holder is gone; to remove the lock: planton pulumi cancel --stack ${stack}`
        : "wait for that run to end, then run this again",
  });
}

/** Gives the id to record for the stack; see {@link adoptedId}. */
async function adopt(input: EnsureStackInput, stack: string): Promise<string | undefined> {
  const exported = await exportStack(input.pulumi(), stack);
  if (exported === undefined) {
    throw new PlantonError({
      code: "E_IDENTITY_STACK_MISSING",
      message: `there is no stack "${stack}" of project "${input.project.name}" to adopt in ${backendText(input.prepared.backend.url)}`,
      hint: "leave --adopt-stack out to make the stack",
    });
  }
  setEncryptionSalt(input.project.dir, stack, saltIn(exported));
  return adoptedId(exported, { project: input.project.name, stack });
}

function existing({ prepared, project }: EnsureStackInput, stack: string, settings: Settings): PlantonError {
  const where = `stack "${stack}" of project "${project.name}" is in ${backendText(prepared.backend.url)}`;
  const file = stackSettingsPath(project.dir, stack);
  const { finding, hint } = {
    none: {
      finding: `, but its settings file "${file}" is not here`,
      hint: "it may belong to another folder of that name; if it is this one's, pass --adopt-stack; else pass --stack NAME, or give the project another name in planton.yaml",
    },
    unrecorded: {
      finding: `, and its settings file "${file}" does not say which stack input it is of`,
      hint: "if it is this stack input's, pass --adopt-stack; else pass --stack NAME for another",
    },
    recorded: {
      finding: " already",
      hint: "to go on with it, leave --new-stack out; to make a second one beside it, add --stack NAME with another name",
    },
  }[settings === "begun" ? "unrecorded" : settings];
  return new PlantonError({ code: "E_IDENTITY_STACK_EXISTS", message: `${where}${finding}`, hint });
}
