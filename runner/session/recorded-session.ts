import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { KindEntry } from "../../contract/catalog.js";
import { findProvider, findVendor } from "../../contract/find-vendor.js";
import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import { urlSecrets } from "../../contract/text/url-secrets.js";
import {
  type ResolveCredentialsInput,
  type ResolvedCredentials,
  resolveCredentials,
} from "../credentials/resolve-credentials.js";
import { openVendorAccess } from "../credentials/verify-account.js";
import { chooseBackend } from "../project/backend.js";
import { readProject } from "../project/project-file.js";
import { projectTrust } from "../project/project-trust.js";
import { fullStackName } from "../project/stack-name.js";
import { assertStackSettings, readStackRecords, type StackRecord } from "../project/stack-settings.js";
import { findWorkspace, workspaceBackend } from "../project/workspace/workspace.js";
import type { StackRef } from "../pulumi/stack-ref.js";
import { readCheckpoint } from "../pulumi/state/checkpoint.js";
import { assertStackExists } from "../pulumi/state/export-stack.js";
import { assertUsableState } from "../pulumi/state/state-file.js";
import { isSandbox } from "../system/planton-home.js";
import { neverApplied } from "./ensure-stack.js";
import { locateProject, prepareStack, pulumiEnvironment, recordOf, type StackSelection } from "./prepare-stack.js";
import { isShared } from "./stack-identity.js";
import { openSession, resolvedAccess, type SessionDependencies, type StackSession } from "./stack-session.js";

/**
 * Opens a stack for commands that need no stack input (output, cancel, recover, and destroy or refresh when the file is
 * gone): by `--stack`, or by the record of the stack input's path. Throws E_STACK_INPUT_MISSING,
 * E_IDENTITY_STACK_MISSING.
 */
export async function openRecordedSession(
  selection: StackSelection,
  parts: SessionDependencies,
): Promise<StackSession> {
  const { projectDir, relativeStackInput } = locateProject(selection, parts.cwd);
  const records = existsSync(projectDir) ? readStackRecords(projectDir) : [];
  const { stack } = selection;
  // A stack that was named is meant also without a settings file here.
  const named = stack === undefined ? undefined : { stack: fullStackName(stack, isSandbox(parts.env)) };
  const record: StackRecord | undefined = recordOf(records, relativeStackInput, selection, parts.env) ?? named;
  const trust = projectTrust(parts.env);
  const project = existsSync(projectDir) ? readProject(projectDir, trust) : undefined;
  if (record === undefined || project === undefined) {
    throw new PlantonError({
      code: "E_STACK_INPUT_MISSING",
      message: `no stack is recorded for "${selection.stackInput}" in "${projectDir}"`,
      hint: "run planton pulumi up --stack-input FILE first, or name the stack with --stack",
    });
  }
  assertStackSettings(projectDir, record.stack, trust);
  const entry = entryOf(record, parts);
  const vendor = entry && findVendor(parts.vendors, entry.provider);
  const engine = await parts.installEngine(vendor);
  const workspace = workspaceBackend(findWorkspace(projectDir, trust), record.target?.env, projectDir);
  const backendUrl = chooseBackend({ env: parts.env, project, workspace }).url;
  const env = pulumiEnvironment({ env: parts.env, engineFolder: engine.folder, backendUrl });
  const pulumi = parts.openPulumi({ engine, cwd: projectDir, env, secrets: urlSecrets(backendUrl) });
  const ref = { backendUrl, project: project.name, stack: record.stack, dir: project.dir };
  assertUsableState(ref);
  await assertStackExists(ref, pulumi);
  return {
    project,
    stack: record.stack,
    backendUrl,
    env: parts.env,
    ref,
    pulumi,
    now: parts.now,
    hasStackInput: record.stackInput !== undefined && existsSync(join(projectDir, record.stackInput)),
    stackInputText: undefined,
    record,
    workspace: undefined,
    target: record.target,
    checked: undefined,
    resolved: undefined,
    vendor,
    vendorContext: undefined,
    isNew: false,
    identity: undefined,
  };
}

/**
 * Opens a stack whose manifest is gone, though its file may be there with others in it: by its record and the credentials
 * of the environment. Throws what {@link openRecordedSession} throws, E_CREDENTIALS_*.
 */
export async function openLostSession(
  ref: Pick<StackRef, "stack" | "dir">,
  parts: SessionDependencies,
): Promise<StackSession> {
  const selection = { ...nothingSelected, stackInput: "-", stack: ref.stack, projectDir: ref.dir };
  const session = await withCredentials(await openRecordedSession(selection, parts), parts, false);
  return { ...session, hasStackInput: false };
}

const nothingSelected = { kind: undefined, env: undefined, newStack: false, adoptStack: false } as const;

/**
 * Opens the stack of a selection, for commands that change it: by its stack input where that is there, else by its
 * record and the credentials of the environment. Throws E_STACK_INPUT_MISSING, E_IDENTITY_*, E_CREDENTIALS_*.
 */
export async function openAnySession(selection: StackSelection, parts: SessionDependencies): Promise<StackSession> {
  const { projectDir, relativeStackInput } = locateProject(selection, parts.cwd);
  const isThere = relativeStackInput === undefined || existsSync(join(projectDir, relativeStackInput));
  if (!isThere) {
    return withCredentials(await openRecordedSession(selection, parts), parts, selection.skipAccountCheck ?? false);
  }
  const prepared = await prepareStack(selection, parts);
  const { choice, workspace } = prepared;
  if (choice.record === undefined && !selection.adoptStack && !isShared(workspace)) throw neverApplied(prepared);
  return openSession({ selection, prepared, parts, recordAccount: false, mustExist: true });
}

/**
 * Without the stack input nothing says which credentials are meant, so those of the environment are held against the
 * recorded account: with another one everything would look deleted. Without any, the plugin has what the state has.
 */
async function withCredentials(
  session: StackSession,
  parts: SessionDependencies,
  unchecked: boolean,
): Promise<StackSession> {
  const entry = entryOf(session.record, parts);
  if (entry === undefined || session.vendor === undefined) return session;
  const provider = findProvider(parts.catalog, entry.provider);
  const credentials = await environmentCredentials({
    provider,
    config: undefined,
    env: parts.env,
    resolve: parts.resolve,
    baseDir: session.project.dir,
  });
  if (credentials === undefined) return session;
  const access = openVendorAccess({ ...parts, provider, credentials, recorded: session.record.account, unchecked });
  const readResources = async () => (await readCheckpoint(session.ref, session.pulumi)).resources;
  const account = await access.readAccount();
  const proof = await access.verify(account, readResources);
  const secrets = [...session.pulumi.secrets, ...credentials.secrets];
  const engineFolder = dirname(session.pulumi.engine.path);
  const env = pulumiEnvironment({ env: parts.env, engineFolder, backendUrl: session.backendUrl, credentials });
  const pulumi = parts.openPulumi({ ...session.pulumi, env: { ...env, ...proof }, secrets });
  return {
    ...session,
    vendorContext: access.context,
    pulumi,
    resolved: resolvedAccess(parts, credentials, account),
  };
}

async function environmentCredentials(input: ResolveCredentialsInput): Promise<ResolvedCredentials | undefined> {
  try {
    return await resolveCredentials(input);
  } catch (error) {
    // The token may be in the state (provider_config.api_token), where the plugin finds it by itself.
    if (isPlantonError(error) && error.code === "E_CREDENTIALS_MISSING") return undefined;
    throw error;
  }
}

function entryOf(record: StackRecord, parts: SessionDependencies): KindEntry | undefined {
  return parts.catalog.kinds.find((candidate) => candidate.kind === record.target?.kind);
}
