import { existsSync } from "node:fs";
import { delimiter, dirname, join, relative, resolve, sep } from "node:path";
import type { Message } from "@bufbuild/protobuf";
import type { Metadata } from "../../apis/gen/es/planton/shared/v1/metadata_pb.js";
import type { Catalog, KindEntry, ProviderEntry } from "../../contract/catalog.js";
import { PlantonError } from "../../contract/planton-error.js";
import {
  type ResolveCredentialsInput,
  type ResolvedCredentials,
  resolveCredentials,
} from "../credentials/resolve-credentials.js";
import { placeOf as placeOfField } from "../manifest/decode/source-map.js";
import { checkStackInput, type StackInputReading } from "../manifest/read-stack-input.js";
import { type Backend, chooseBackend } from "../project/backend.js";
import { chooseStack, type StackChoice } from "../project/choose-stack.js";
import { referenceStack } from "../project/find-stack.js";
import { passphraseVariables } from "../project/passphrase.js";
import { type Project, readProject } from "../project/project-file.js";
import { projectTrust } from "../project/project-trust.js";
import { assertStackSettings, readStackRecord, readStackRecords, type StackRecord } from "../project/stack-settings.js";
import { findWorkspace, type Workspace } from "../project/workspace.js";
import type { SecretResolver } from "../secrets/resolve-secret.js";
import type { Environment } from "../system/planton-home.js";
import { isReadOnce, isStandardInput, readInputText } from "../system/read-once.js";

/** How the user named the stack of a command. */
export interface StackSelection {
  /** `--stack-input`: a path, or `-`; what can be read only once, such as a pipe, is taken as `-` is. */
  readonly stackInput: string;
  readonly kind: string | undefined;
  readonly stack: string | undefined;
  readonly projectDir: string | undefined;
  readonly newStack: boolean;
  readonly adoptStack: boolean;
  /** `--unchecked-account`: credentials that may not read their account are those of the recorded one. */
  readonly uncheckedAccount?: boolean;
}

/** What the stages of a run are handed. */
export interface RunnerParts {
  readonly catalog: Catalog;
  readonly env: Environment;
  /** Folder the user stands in, absolute. */
  readonly cwd: string;
  readonly readStdin: () => Promise<string>;
  /** Resolves secret URIs of credentials; those of a spec are for the language host alone. */
  readonly resolve: SecretResolver;
}

/** A stack input that was read and found good, with its project folder and stack. */
export interface PreparedStack {
  readonly reading: StackInputReading;
  readonly entry: KindEntry;
  readonly provider: ProviderEntry;
  readonly metadata: Metadata;
  readonly projectDir: string;
  /** Undefined when Pulumi.yaml is still to be written. */
  readonly project: Project | undefined;
  readonly workspace: Workspace | undefined;
  readonly backend: Backend;
  readonly choice: StackChoice;
  /** Path of the stack input relative to the project folder, with forward slashes; undefined for one read once. */
  readonly relativeStackInput: string | undefined;
  readonly credentials: ResolvedCredentials;
}

/**
 * Reads and checks a stack input, picks its project and stack, and resolves its credentials. Changes nothing. Throws input
 * and identity errors, E_CREDENTIALS_*, E_SECRET_URI.
 */
export async function prepareStack(selection: StackSelection, parts: RunnerParts): Promise<PreparedStack> {
  const { env, catalog } = parts;
  const place = placeOf(selection, parts.cwd);
  const recorded =
    place.relativeStackInput === undefined
      ? undefined
      : kindOnRecord(place.projectDir, place.relativeStackInput, selection, env);
  const text = await readInputText({ file: selection.stackInput, cwd: parts.cwd, readStdin: parts.readStdin });
  const reading = checkStackInput({
    catalog,
    file: isStandardInput(selection.stackInput, parts.cwd) ? "-" : selection.stackInput,
    text,
    ...(selection.kind === undefined ? {} : { kind: selection.kind }),
    ...(recorded === undefined ? {} : { fallbackKind: recorded }),
  });
  const { entry } = reading;
  const trust = projectTrust(env);
  const project = readProject(place.projectDir, trust);
  const workspace = findWorkspace(place.projectDir, trust);
  const metadata = metadataOf(reading.message);
  const choice = chooseStack({
    records: existsSync(place.projectDir) ? readStackRecords(place.projectDir) : [],
    stackInput: place.relativeStackInput,
    target: { kind: entry.kind, name: metadata.name, ...(metadata.env === undefined ? {} : { env: metadata.env }) },
    nameIsDerived: reading.inferred.name,
    labels: metadata.labels,
    stack: selection.stack,
    newStack: selection.newStack,
    prefix: stackPrefix(env),
    fileExists: (path) => existsSync(join(place.projectDir, path)),
  });
  assertStackSettings(place.projectDir, choice.stack, trust);
  const provider = providerOf(catalog, entry);
  const baseDir = secretsFolder(selection.stackInput, parts.cwd, place.projectDir);
  const credentials = await resolveCredentials({
    ...credentialsOf(reading, provider),
    env,
    resolve: parts.resolve,
    baseDir,
  });
  return {
    reading,
    entry,
    provider,
    metadata,
    projectDir: place.projectDir,
    project,
    workspace,
    backend: chooseBackend({ env, project, workspace }),
    choice,
    relativeStackInput: place.relativeStackInput,
    credentials,
  };
}

/**
 * Looks for the stacks that references mean, so that one that is not there is told before a stack is made. What they
 * hold is read in the run itself. Throws E_REFERENCE_NOT_FOUND.
 */
export function assertReferencesFound({ reading, projectDir, project }: PreparedStack, env: Environment): void {
  for (const reference of reading.references) {
    if (reference.field.source.case !== "valueFrom") continue;
    const names = { projectDir, project: project?.name ?? "", sandbox: stackPrefix(env) !== "" };
    referenceStack({ reference, ...names, trust: projectTrust(env) });
  }
}

/** What is put before stack names, so that settings of sandbox and real stacks never mix. */
export function stackPrefix(env: Environment): string {
  return env["PLANTON_SANDBOX"] ? "sandbox." : "";
}

/** What a run's credentials are resolved from, as far as the stack input says it. */
export function credentialsOf(
  { message, places, file }: StackInputReading,
  provider: ProviderEntry,
): Pick<ResolveCredentialsInput, "provider" | "config" | "inlinePlace"> {
  return {
    provider,
    config: providerConfigOf(message),
    inlinePlace: (field) => ({ file, ...placeOfField(places, `provider_config.${field}`) }),
  };
}

/** The folder that relative paths in secret URIs start from: the stack input's own, the project's for one read once. */
export function secretsFolder(stackInput: string, cwd: string, projectDir: string): string {
  return isReadOnce(stackInput, cwd) ? projectDir : dirname(resolve(cwd, stackInput));
}

/** Credentials for the run of a stack. */
export interface RunCredentials {
  readonly stack: string;
  readonly credentials: ResolvedCredentials;
}

/**
 * The environment of pulumi for a stack: the engine's folder on PATH, the passphrase's file, the credentials' variables,
 * and that these are resolved, so that the language host takes them as they are.
 */
export function pulumiEnvironment(
  env: Environment,
  engineFolder: string,
  run: RunCredentials | undefined,
): Record<string, string | undefined> {
  return {
    ...env,
    ...passphraseVariables(env),
    ...run?.credentials.variables,
    PLANTON_RUN_CREDENTIALS: run?.stack,
    PATH: withFirst(engineFolder, env["PATH"] ?? ""),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

function withFirst(folder: string, path: string): string {
  return [folder, ...path.split(delimiter).filter((entry) => entry !== "" && entry !== folder)].join(delimiter);
}

/** The provider of a kind. Throws E_INTERNAL when the catalog lacks it. */
export function providerOf(catalog: Catalog, entry: KindEntry): ProviderEntry {
  const provider = catalog.providers.find((candidate) => candidate.name === entry.provider);
  if (provider === undefined) {
    throw new PlantonError({
      code: "E_INTERNAL",
      message: `no provider config message for provider "${entry.provider}"`,
    });
  }
  return provider;
}

/** The metadata of a stack input message; every envelope has it, which a conformance test holds. */
export function metadataOf(stackInput: Message): Metadata {
  const { target } = stackInput as Message & { readonly target?: { readonly metadata?: Metadata } };
  if (target?.metadata === undefined)
    throw new PlantonError({ code: "E_INTERNAL", message: "stack input without metadata" });
  return target.metadata;
}

/** The provider config of a stack input message, if it has one; every stack input has the field. */
export function providerConfigOf(stackInput: Message): Message | undefined {
  return (stackInput as Message & { readonly providerConfig?: Message }).providerConfig;
}

/** Where a stack input belongs: its project folder, and its path from there. */
export function placeOf(
  selection: Pick<StackSelection, "stackInput" | "projectDir">,
  cwd: string,
): { readonly projectDir: string; readonly relativeStackInput: string | undefined } {
  const explicitDir = selection.projectDir === undefined ? undefined : resolve(cwd, selection.projectDir);
  // Beside a pipe or a device nothing is to be written, and its path means nothing to the next run.
  if (isReadOnce(selection.stackInput, cwd)) return { projectDir: explicitDir ?? cwd, relativeStackInput: undefined };
  const path = resolve(cwd, selection.stackInput);
  const projectDir = explicitDir ?? dirname(path);
  return { projectDir, relativeStackInput: relative(projectDir, path).split(sep).join("/") };
}

/** The record of the one stack of a stack-input path, if there is just one. */
export function recordOfPath(
  projectDir: string,
  relativeStackInput: string,
  selection: Pick<StackSelection, "stack">,
  env: Environment,
): StackRecord | undefined {
  if (!existsSync(projectDir)) return undefined;
  const prefix = stackPrefix(env);
  if (selection.stack !== undefined) {
    const name = selection.stack.startsWith(prefix) ? selection.stack : `${prefix}${selection.stack}`;
    return readStackRecord(projectDir, name);
  }
  const records = readStackRecords(projectDir).filter(
    (record) => record.stackInput === relativeStackInput && record.stack.startsWith("sandbox.") === (prefix !== ""),
  );
  return records.length === 1 ? records[0] : undefined;
}

function kindOnRecord(
  projectDir: string,
  relativeStackInput: string,
  selection: StackSelection,
  env: Environment,
): string | undefined {
  return recordOfPath(projectDir, relativeStackInput, selection, env)?.target?.kind;
}
