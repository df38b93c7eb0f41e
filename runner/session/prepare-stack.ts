import { existsSync } from "node:fs";
import { delimiter, dirname, join, relative, resolve, sep } from "node:path";
import type { Metadata } from "../../apis/gen/es/planton/shared/v1/metadata_pb.js";
import type { Catalog, KindEntry, ProviderEntry } from "../../contract/catalog.js";
import { findProvider } from "../../contract/find-vendor.js";
import { urlSecrets } from "../../contract/text/url-secrets.js";
import type { Trace } from "../../contract/trace.js";
import { type ResolvedCredentials, resolveCredentials } from "../credentials/resolve-credentials.js";
import { secretsFolder, stackInputCredentials } from "../credentials/stack-input-credentials.js";
import type { CheckedInputs } from "../manifest/checked-inputs.js";
import type { StackInputReading } from "../manifest/read-stack-input.js";
import { type Backend, chooseBackend } from "../project/backend.js";
import { chooseStack, type StackChoice } from "../project/choose-stack.js";
import { referenceStack } from "../project/find-stack.js";
import { passphraseVariables } from "../project/passphrase.js";
import { type Project, readProject } from "../project/project-file.js";
import { projectTrust } from "../project/project-trust.js";
import { fullStackName, isSandboxStack } from "../project/stack-name.js";
import { assertStackSettings, readStackRecords, type StackRecord } from "../project/stack-settings.js";
import { makeTarget, type Target } from "../project/target-name.js";
import { documentTargets, readEffectiveManifest } from "../project/workspace/effective-manifest.js";
import { findWorkspace, type Workspace, workspaceBackend } from "../project/workspace/workspace.js";
import type { SecretResolver } from "../secrets/resolve-secret.js";
import { type Environment, isSandbox } from "../system/planton-home.js";
import { isReadOnce, isStandardInput, readInputText } from "../system/read-once.js";

/** How the user named the stack of a command. */
export interface StackSelection {
  /** `--stack-input`: a path, or `-`; what can be read only once, such as a pipe, is taken as `-` is. */
  readonly stackInput: string;
  readonly kind: string | undefined;
  /** `--env`: the environment of the workspace. */
  readonly env: string | undefined;
  readonly stack: string | undefined;
  readonly projectDir: string | undefined;
  readonly newStack: boolean;
  readonly adoptStack: boolean;
  /** `--skip-account-check`: credentials that may not read their account are those of the recorded one. */
  readonly skipAccountCheck?: boolean;
}

/** What the stages of a run are handed. */
export interface PrepareStackDependencies {
  readonly catalog: Catalog;
  readonly env: Environment;
  /** The user's working directory, absolute. */
  readonly cwd: string;
  readonly readStdin: () => Promise<string>;
  /** Resolves secret URIs of credentials; those of a spec are for the language host alone. */
  readonly resolve: SecretResolver;
  readonly trace: Trace;
  /** What earlier processes of this build have held against the rules; undefined where that is not kept. */
  readonly checked: CheckedInputs | undefined;
}

/** A stack input that was read and found good, with its project folder and stack. */
export interface PlacedStack {
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
}

/** The same with its credentials. */
export interface PreparedStack extends PlacedStack {
  readonly credentials: ResolvedCredentials;
}

/**
 * Reads and checks a stack input, picks its project and stack, and resolves its credentials. Changes nothing. Throws input
 * and identity errors, E_CREDENTIALS_*, E_SECRET_URI.
 */
export async function prepareStack(selection: StackSelection, parts: PrepareStackDependencies): Promise<PreparedStack> {
  const { env, catalog, trace } = parts;
  const place = locateProject(selection, parts.cwd);
  const records = existsSync(place.projectDir) ? readStackRecords(place.projectDir) : [];
  const recorded = recordOf(records, place.relativeStackInput, selection, env);
  const trust = projectTrust(env);
  const workspace = findWorkspace(place.projectDir, trust);
  let others: readonly Target[] = [];
  const reading = await trace.stage("load", { file: selection.stackInput }, async (note) => {
    const text = await readInputText({ file: selection.stackInput, cwd: parts.cwd, readStdin: parts.readStdin });
    const checked = readEffectiveManifest({
      catalog,
      workspace,
      cwd: parts.cwd,
      env: selection.env ?? environmentOfRecord(recorded, selection),
      recorded: recorded?.target,
      checked: parts.checked,
      file: isStandardInput(selection.stackInput, parts.cwd) ? "-" : selection.stackInput,
      text,
      ...(selection.kind === undefined ? {} : { kind: selection.kind }),
      ...(recorded?.target === undefined ? {} : { fallback: { kind: recorded.target.kind } }),
    });
    trace.hide(checked.secretValues);
    others = documentTargets(catalog, { file: selection.stackInput, text });
    note({ kind: checked.entry.kind, name: checked.metadata.name, warnings: checked.warnings.length });
    return checked;
  });
  const isOther = ({ kind, name }: Target): boolean =>
    others.some((other) => other.kind === kind && other.name === name);
  const project = readProject(place.projectDir, trust);
  const placed = placeStack({ reading, ...place, project, records, workspace, selection, isOther }, parts);
  return prepareCredentials(placed, selection, parts);
}

/** A manifest that was read, and where its stack belongs. */
export interface ReadManifest {
  readonly reading: StackInputReading;
  /** Project folder, absolute. */
  readonly projectDir: string;
  /** Path of the stack input relative to the project folder; undefined for one read once. */
  readonly relativeStackInput: string | undefined;
  /** Undefined when Pulumi.yaml is still to be written. */
  readonly project: Project | undefined;
  /** Of the settings files of the project folder. */
  readonly records: readonly StackRecord[];
  readonly workspace: Workspace | undefined;
  readonly selection: StackSelection;
  /** True for what another manifest of the same file is about. */
  readonly isOther: (target: Target) => boolean;
}

/** Picks project, backend and stack of a manifest. Throws identity errors, E_PROJECT_*. */
export function placeStack(
  { reading, project, records, workspace, selection, isOther, ...place }: ReadManifest,
  { env, catalog, trace }: PrepareStackDependencies,
): PlacedStack {
  const { entry, metadata } = reading;
  const trust = projectTrust(env);
  const choice = chooseStack({
    records,
    isAnother: (target) =>
      target.env !== metadata.env && target.env !== undefined
        ? workspace?.environments.has(target.env) === true
        : !(target.kind === entry.kind && target.name === metadata.name) && isOther(target),
    stackInput: place.relativeStackInput,
    target: makeTarget({ kind: entry.kind, name: metadata.name, env: metadata.env }),
    shortName: entry.shortName,
    nameIsDerived: reading.inferred.name,
    labels: metadata.labels,
    stack: selection.stack,
    newStack: selection.newStack,
    isSandbox: isSandbox(env),
    fileExists: (path) => existsSync(join(place.projectDir, path)),
  });
  assertStackSettings(place.projectDir, choice.stack, trust);
  const provider = findProvider(catalog, entry.provider);
  const backend = chooseBackend({
    env,
    project,
    workspace: workspaceBackend(workspace, metadata.env, place.projectDir),
  });
  trace.hide(urlSecrets(backend.url));
  trace.event("selected", {
    stack: choice.stack,
    project: place.projectDir,
    backend: backend.url,
    from: backend.source,
  });
  return {
    reading,
    entry,
    provider,
    metadata,
    projectDir: place.projectDir,
    project,
    workspace,
    backend,
    choice,
    relativeStackInput: place.relativeStackInput,
  };
}

/** Resolves the credentials of a stack. Throws E_CREDENTIALS_*, E_SECRET_URI. */
export async function prepareCredentials(
  placed: PlacedStack,
  selection: Pick<StackSelection, "stackInput">,
  { env, cwd, resolve, trace }: PrepareStackDependencies,
): Promise<PreparedStack> {
  const { reading, provider, projectDir } = placed;
  const baseDir = secretsFolder(selection.stackInput, cwd, projectDir);
  const credentials = await trace.stage("credentials", { provider: provider.name }, async (note) => {
    const resolved = await resolveCredentials({ ...stackInputCredentials(reading, provider), env, resolve, baseDir });
    trace.hide(resolved.secrets);
    note({ origin: resolved.origin });
    return resolved;
  });
  return { ...placed, credentials };
}

/** Who names the stack names its environment. */
function environmentOfRecord(record: StackRecord | undefined, { stack }: StackSelection): string | undefined {
  return stack === undefined ? undefined : record?.target?.env;
}

/**
 * Looks for the stacks that references mean, so that one that does not exist is reported before a stack is made. What they
 * hold is read in the run itself. Throws E_REFERENCE_NOT_FOUND.
 */
export function assertReferencesFound({ reading, projectDir, project }: PreparedStack, env: Environment): void {
  for (const reference of reading.references) {
    if (reference.field.source.case !== "valueFrom") continue;
    const names = { projectDir, project: project?.name ?? "", sandbox: isSandbox(env) };
    referenceStack({ reference, ...names, trust: projectTrust(env) });
  }
}

/** What {@link pulumiEnvironment} is made of. */
interface PulumiEnvironmentInput {
  readonly env: Environment;
  readonly engineFolder: string;
  /** The stack's, so that pulumi keeps its state where planton reads it; undefined: pulumi finds it itself. */
  readonly backendUrl: string | undefined;
  readonly credentials?: ResolvedCredentials;
}

/**
 * The environment of pulumi for a stack: the engine's folder on PATH, the passphrase's file, the backend, the credentials'
 * variables.
 */
export function pulumiEnvironment({
  env,
  engineFolder,
  backendUrl,
  credentials,
}: PulumiEnvironmentInput): Record<string, string | undefined> {
  return {
    ...env,
    ...passphraseVariables(env),
    ...(backendUrl === undefined ? {} : { PULUMI_BACKEND_URL: backendUrl }),
    ...credentials?.variables,
    PATH: withFirst(engineFolder, env["PATH"] ?? ""),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

function withFirst(folder: string, path: string): string {
  return [folder, ...path.split(delimiter).filter((entry) => entry !== "" && entry !== folder)].join(delimiter);
}

/** Where a stack input belongs: its project folder, and its path from there. */
export function locateProject(
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

/** The record that a selection means: of the stack that it names, else of the one stack of the stack input's path. */
export function recordOf(
  records: readonly StackRecord[],
  relativeStackInput: string | undefined,
  { stack, env: environment }: Pick<StackSelection, "stack" | "env">,
  env: Environment,
): StackRecord | undefined {
  if (stack !== undefined) return records.find((record) => record.stack === fullStackName(stack, isSandbox(env)));
  if (relativeStackInput === undefined) return undefined;
  const found = records.filter(
    (record) =>
      record.stackInput === relativeStackInput &&
      isSandboxStack(record.stack) === isSandbox(env) &&
      (environment === undefined || record.target === undefined || record.target.env === environment),
  );
  return found.length === 1 ? found[0] : undefined;
}
