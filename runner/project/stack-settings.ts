import { lstatSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { type Document, isMap, parseDocument } from "yaml";
import { PlantonError } from "../../contract/planton-error.js";
import { writeFileWhole } from "../../contract/write-file-whole.js";
import { assertSettingsKeys, readProjectText } from "./project-keys.js";
import type { ProjectTrust } from "./project-trust.js";
import { parseTarget, type Target, targetText } from "./target-name.js";

/** What planton keeps in `Pulumi.<stack>.yaml`. A key is absent when the file does not say it. */
export interface StackRecord {
  readonly stack: string;
  /** Path of the stack input relative to the project folder, with forward slashes. */
  readonly stackInput?: string;
  readonly target?: Target;
  /** Id of the vendor's account at the first up. */
  readonly account?: string;
  /** Random id that was made with the stack; part of the mark on its resources. */
  readonly id?: string;
  /** The metadata.name that the primary resource was made under, where the target has another one by now. */
  readonly resourceName?: string;
  /** Vendor's ids of marked resources that the user has said are not this stack's. */
  readonly forgotten?: readonly string[];
}

const keys = {
  stackInput: "planton:stackInput",
  target: "planton:target",
  account: "planton:account",
  id: "planton:id",
  resourceName: "planton:resourceName",
  forgotten: "planton:forgotten",
} as const;

/** Path of a stack's settings file. */
export function stackSettingsPath(projectDir: string, stack: string): string {
  return join(projectDir, `Pulumi.${stack}.yaml`);
}

/** The records of all settings files of a project folder, by stack name. Throws E_PROJECT_INVALID. */
export function readStackRecords(projectDir: string): readonly StackRecord[] {
  return readdirSync(projectDir)
    .map((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1])
    .filter((stack) => stack !== undefined)
    .sort()
    .map((stack) => readStackRecord(projectDir, stack))
    .filter((record) => record !== undefined);
}

/** The record of one stack; undefined when it has no settings file. Throws E_PROJECT_INVALID. */
export function readStackRecord(projectDir: string, stack: string): StackRecord | undefined {
  const document = readSettings(stackSettingsPath(projectDir, stack), parsedOnce);
  return document && recordIn(document, stack);
}

function recordIn(document: Document, stack: string): StackRecord {
  const text = (key: string): string | undefined => {
    const value = document.getIn(["config", key]);
    return typeof value === "string" ? value : undefined;
  };
  const stackInput = text(keys.stackInput);
  const target = parseTarget(text(keys.target) ?? "");
  const account = text(keys.account);
  const id = text(keys.id);
  const resourceName = text(keys.resourceName);
  const forgotten = text(keys.forgotten);
  return {
    stack,
    ...(stackInput === undefined ? {} : { stackInput }),
    ...(target === undefined ? {} : { target }),
    ...(account === undefined ? {} : { account }),
    ...(id === undefined ? {} : { id }),
    ...(resourceName === undefined ? {} : { resourceName }),
    ...(forgotten === undefined ? {} : { forgotten: parseForgotten(forgotten) }),
  };
}

/**
 * Throws E_PROJECT_INVALID when the settings file of a stack that is to be run holds keys that change what pulumi starts
 * programs with. A stack without a settings file is fine.
 */
export function assertStackSettings(projectDir: string, stack: string, trust: ProjectTrust): void {
  const path = stackSettingsPath(projectDir, stack);
  const text = trust.anyKeys ? undefined : readProjectText(path, "stack settings file")?.text;
  if (text !== undefined) assertSettingsKeys({ path, text, document: parsedOnce(path, text) });
}

/** The vendor's ids in the text of `planton:forgotten`. */
export function parseForgotten(text: string): readonly string[] {
  return text.split(" ").filter((id) => id !== "");
}

/** Writes a record into the settings file, keeping everything else in it. Throws E_PROJECT_INVALID. */
export function writeStackRecord(projectDir: string, { stack, ...changes }: StackRecord): void {
  updateStackRecord(projectDir, stack, () => changes);
}

/**
 * Changes what a settings file says, keeping everything else in it; `change` is given the record as it is. Gives the
 * record that it says then. Throws E_PROJECT_INVALID.
 */
export function updateStackRecord(
  projectDir: string,
  stack: string,
  change: (record: StackRecord) => Omit<StackRecord, "stack">,
): StackRecord {
  const path = stackSettingsPath(projectDir, stack);
  const document = readSettings(path) ?? parseDocument("config: {}\n");
  const before = document.toString();
  const changes = change(recordIn(document, stack));
  const set = (key: string, value: string | undefined): void => {
    if (value !== undefined) document.setIn(["config", key], value);
  };
  if (!isMap(document.get("config"))) document.set("config", document.createNode({}));
  set(keys.stackInput, changes.stackInput);
  set(keys.target, changes.target === undefined ? undefined : targetText(changes.target));
  set(keys.account, changes.account);
  set(keys.id, changes.id);
  set(keys.resourceName, changes.resourceName);
  set(keys.forgotten, changes.forgotten?.join(" "));
  const after = blockText(document);
  if (after !== before) writeSettings(path, after);
  return recordIn(document, stack);
}

/** What a settings file holds from before its stack is made until the stack is recorded. */
const begunSettings = "config: {}\n";

/**
 * Writes a settings file that records nothing, so that a run which is killed while it makes the stack leaves word that the
 * stack is this folder's. False when there is a settings file.
 */
export function beginStackSettings(projectDir: string, stack: string): boolean {
  try {
    writeFileWhole(stackSettingsPath(projectDir, stack), begunSettings, { ifAbsent: true });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** True when the settings file is as {@link beginStackSettings} has written it. Throws E_PROJECT_INVALID. */
export function areSettingsBegun(projectDir: string, stack: string): boolean {
  return readProjectText(stackSettingsPath(projectDir, stack), "stack settings file")?.text === begunSettings;
}

/** Removes a settings file that {@link areSettingsBegun}. */
export function dropBegunSettings(projectDir: string, stack: string): void {
  if (areSettingsBegun(projectDir, stack)) rmSync(stackSettingsPath(projectDir, stack), { force: true });
}

/** Sets the salt by which a passphrase encrypts the stack's secrets, keeping everything else in the file. */
export function setEncryptionSalt(projectDir: string, stack: string, salt: string | undefined): void {
  const path = stackSettingsPath(projectDir, stack);
  const document = readSettings(path) ?? parseDocument("config: {}\n");
  if (salt === undefined) document.delete("encryptionsalt");
  else document.set("encryptionsalt", salt);
  writeSettings(path, blockText(document));
}

/**
 * Takes out of a settings file what belongs to a stack of another backend, its salt, account and id, because a new stack of
 * that name is about to be made. Gives back a function that restores the file as it was.
 */
export function forgetFormerStack(projectDir: string, stack: string): () => void {
  const path = stackSettingsPath(projectDir, stack);
  const document = readSettings(path);
  if (document === undefined) return () => {};
  const former = readFileSync(path);
  document.delete("encryptionsalt");
  for (const key of [keys.account, keys.id, keys.resourceName, keys.forgotten]) document.deleteIn(["config", key]);
  writeSettings(path, blockText(document));
  return () => writeSettings(path, former);
}

/** The text with one key a line, as people and version control read it, whatever the file had. */
function blockText(document: Document): string {
  for (const map of [document.contents, document.get("config")]) if (isMap(map)) map.flow = map.items.length === 0;
  return document.toString();
}

function writeSettings(path: string, content: string | Uint8Array): void {
  writeFileWhole(path, content, { throughLink: true });
}

function readSettings(path: string, parse = parseSettings): Document | undefined {
  const text = readProjectText(path, "stack settings file")?.text;
  if (text === undefined) return undefined;
  assertLinksToSettings(path);
  return parse(path, text);
}

/** A link is written through, so it may lead to another place for settings, and to no other file of the user's. */
function assertLinksToSettings(path: string): void {
  if (lstatSync(path).isSymbolicLink() && !/^Pulumi\..+\.ya?ml$/.test(basename(realpathSync(path))))
    throw invalid(path, "is a symbolic link to a file of another name, expected Pulumi.<stack>.yaml", undefined);
}

/** By path, with the text that was parsed. */
const parsed = new Map<string, { readonly text: string; readonly document: Document }>();

/**
 * {@link parseSettings} for a document that is only read: a command over many stacks reads each file several times, and
 * parses it again when it holds something else.
 */
function parsedOnce(path: string, text: string): Document {
  const known = parsed.get(path);
  if (known?.text === text) return known.document;
  const document = parseSettings(path, text);
  parsed.set(path, { text, document });
  return document;
}

function parseSettings(path: string, text: string): Document {
  const document = parseDocument(text);
  if (document.errors.length > 0) throw invalid(path, "is not valid YAML", document.errors[0]);
  if (document.contents !== null && !isMap(document.contents)) throw invalid(path, "is no YAML map", undefined);
  return document.contents === null ? parseDocument("config: {}\n") : document;
}

function invalid(path: string, what: string, cause: unknown): PlantonError {
  return new PlantonError({
    code: "E_PROJECT_INVALID",
    message: `stack settings file "${path}" ${what}`,
    hint: "correct the file, or restore it from version control",
    cause,
  });
}
