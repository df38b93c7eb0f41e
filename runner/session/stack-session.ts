import { urlSecrets } from "../../contract/text/url-secrets.js";
import type { VendorAccount, VendorAdapter, VendorContext, VendorFetch } from "../../contract/vendor.js";
import type { ResolvedCredentials } from "../credentials/resolve-credentials.js";
import { openVendorAccess } from "../credentials/verify-account.js";
import type { EngineCli } from "../engine/engine-request.js";
import { ensureProject, type Project } from "../project/project-file.js";
import { projectTrust } from "../project/project-trust.js";
import { credentialsDigest, type RunHandoff } from "../project/run-handoff.js";
import { readRunMarker } from "../project/run-marker.js";
import { readStackRecord, type StackRecord, writeStackRecord } from "../project/stack-settings.js";
import { type Target, targetText } from "../project/target-name.js";
import type { Workspace } from "../project/workspace/workspace.js";
import type { OpenPulumi, PulumiCli } from "../pulumi/spawn-pulumi.js";
import type { StackRef } from "../pulumi/stack-ref.js";
import { readCheckpoint } from "../pulumi/state/checkpoint.js";
import { writeStackTags } from "../pulumi/state/stack-tags.js";
import { assertUsableState } from "../pulumi/state/state-file.js";
import type { Environment } from "../system/planton-home.js";
import { ensureStack } from "./ensure-stack.js";
import { withNameInBackend } from "./former-stack.js";
import {
  type PreparedStack,
  type PrepareStackDependencies,
  pulumiEnvironment,
  type StackSelection,
} from "./prepare-stack.js";
import { resourceNameField } from "./resource-name.js";
import { identityTags, isShared } from "./stack-identity.js";

/** What a stack is about from now on. */
interface NewIdentity extends Required<Pick<StackRecord, "stackInput" | "target">> {
  /** The metadata.name from which the primary resource's name at the vendor goes on to be taken. */
  readonly resourceName?: string;
}

/** What is known of resolved credentials. */
interface ResolvedAccess {
  /** Warnings that their resolver gave. */
  readonly secretWarnings: readonly string[];
  /** Whose they are; undefined when they may not read it. */
  readonly account: RunHandoff["account"];
}

/** What is known of credentials whose account the vendor was asked for. */
export function resolvedAccess(
  { secretWarnings }: Pick<SessionDependencies, "secretWarnings">,
  { values }: Pick<ResolvedCredentials, "values">,
  account: VendorAccount | undefined,
): ResolvedAccess {
  return { secretWarnings, account: account && { ...account, credentials: credentialsDigest(values) } };
}

/** A stack that is there, and how to run pulumi on it. */
export interface StackSession {
  readonly project: Project;
  readonly stack: string;
  readonly backendUrl: string;
  readonly env: Environment;
  /** Where the stack is. */
  readonly ref: StackRef;
  readonly pulumi: PulumiCli;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** True when the stack's stack input is a file that is there. */
  readonly hasStackInput: boolean;
  /** Content of a stack input that came by standard input. */
  readonly stackInputText: string | undefined;
  /** The settings file as it was when the stack was opened. */
  readonly record: StackRecord;
  /** The workspace of the project folder; undefined when there is none, or no stack input was read. */
  readonly workspace: Workspace | undefined;
  /** What the stack is about in this run; undefined when neither a stack input nor a record says it. */
  readonly target: Target | undefined;
  /** Digest of the stack input that was checked; undefined when none was read. */
  readonly checked: string | undefined;
  /** About the credentials that `pulumi` runs with; undefined when none were resolved. */
  readonly resolved: ResolvedAccess | undefined;
  /** Undefined when no stack input names the provider. */
  readonly vendor: VendorAdapter | undefined;
  readonly vendorContext: VendorContext | undefined;
  /** True when the stack was made by this command. */
  readonly isNew: boolean;
  /** What the stack is about from now on, when the settings file still says something else; see {@link recordIdentity}. */
  readonly identity: NewIdentity | undefined;
}

/** What sessions are opened with. */
export interface SessionDependencies extends PrepareStackDependencies {
  readonly vendors: readonly VendorAdapter[];
  readonly fetch: VendorFetch;
  /** Finds or installs the Pulumi CLI, then the plugins that a provider's program needs. */
  readonly installEngine: (vendor: VendorAdapter | undefined) => Promise<EngineCli>;
  readonly openPulumi: OpenPulumi;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Warnings of the resolver that the user has seen so far; the language host need not repeat them. */
  readonly secretWarnings: readonly string[];
}

/** What {@link openSession} is asked for. */
interface OpenSessionInput {
  readonly selection: StackSelection;
  readonly prepared: PreparedStack;
  readonly parts: SessionDependencies;
  /** True at `up`: the vendor's account is recorded. */
  readonly recordAccount: boolean;
  /** True for operations on what was applied: no stack is made. */
  readonly mustExist: boolean;
}

/** Opens the stack of a prepared stack input; makes its project, settings and stack when they are not there. */
export async function openSession({
  selection,
  prepared,
  parts,
  recordAccount,
  mustExist,
}: OpenSessionInput): Promise<StackSession> {
  const { choice, credentials } = prepared;
  assertUsableFiles(prepared);
  const access = openVendorAccess({
    ...parts,
    provider: prepared.provider,
    credentials,
    recorded: choice.record?.account,
    unchecked: selection.skipAccountCheck ?? false,
  });
  const { vendor, context: vendorContext } = access;
  const [engine, account] = await Promise.all([parts.installEngine(vendor), access.readAccount()]);
  const project = ensureProject({
    dir: prepared.projectDir,
    workspace: prepared.workspace,
    backendUrl: prepared.backend.ofNewProject,
    trust: projectTrust(parts.env),
  });
  // The passphrase that a new stack needs is made on the way.
  const openPulumi = (proof: Readonly<Record<string, string>> = {}): PulumiCli =>
    parts.openPulumi({
      engine,
      cwd: project.dir,
      env: {
        ...pulumiEnvironment({
          env: parts.env,
          engineFolder: engine.folder,
          backendUrl: prepared.backend.url,
          credentials,
        }),
        ...proof,
      },
      secrets: [...prepared.reading.secretValues, ...credentials.secrets, ...urlSecrets(prepared.backend.url)],
    });
  const place = {
    backendUrl: prepared.backend.url,
    project: project.name,
    stack: choice.stack,
    dir: project.dir,
  };
  const named = await withNameInBackend(prepared, place, openPulumi);
  const { stack } = named.choice;
  const ref = { ...place, stack };
  assertUsableState(ref);
  const { isNew, record } = await parts.trace.stage("stack", { stack, project: project.name }, async (note) => {
    const taken = await ensureStack({
      prepared: named,
      project,
      ref,
      pulumi: openPulumi,
      newStack: selection.newStack,
      adoptStack: selection.adoptStack,
      mustExist,
      account: recordAccount ? account?.id : undefined,
      now: parts.now,
    });
    note({ new: taken.isNew });
    return taken;
  });
  const proof = await access.verify(account, async () => (await readCheckpoint(ref, openPulumi())).resources);
  return {
    project,
    stack,
    backendUrl: prepared.backend.url,
    env: parts.env,
    ref,
    pulumi: openPulumi(proof),
    now: parts.now,
    hasStackInput: prepared.relativeStackInput !== undefined,
    stackInputText: prepared.relativeStackInput === undefined ? prepared.reading.text : undefined,
    record,
    workspace: prepared.workspace,
    target: named.choice.target,
    checked: prepared.reading.digest,
    resolved: resolvedAccess(parts, credentials, account),
    vendor,
    vendorContext,
    isNew,
    identity: newIdentity(named, record),
  };
}

/** Before anybody is asked for anything: the folder's files may be anybody's. Throws what its readers throw. */
function assertUsableFiles({ project, projectDir, backend, choice: { stack } }: PreparedStack): void {
  readRunMarker(projectDir, stack);
  if (project !== undefined)
    assertUsableState({ backendUrl: backend.url, project: project.name, stack, dir: project.dir });
}

function newIdentity({ choice, relativeStackInput, reading, entry }: PreparedStack, record: StackRecord) {
  if (relativeStackInput === undefined || record.target === undefined) return undefined;
  const isSame = record.stackInput === relativeStackInput && targetText(record.target) === targetText(choice.target);
  if (isSame) return undefined;
  const identity: NewIdentity = { stackInput: relativeStackInput, target: choice.target };
  const { kind, name } = record.target;
  const field = resourceNameField(entry, reading.message);
  const isRenamed = kind === choice.target.kind && name !== choice.target.name;
  if (!isRenamed || field === undefined || field.given !== undefined) return identity;
  return { ...identity, resourceName: record.resourceName ?? name };
}

/**
 * Records what the stack is about now, in a workspace with its state as well; to be called after an `up` that went well.
 * Throws E_PULUMI, E_FILESYSTEM.
 */
export async function recordIdentity(session: StackSession): Promise<void> {
  const { project, stack, identity, workspace, ref, pulumi } = session;
  if (identity !== undefined) writeStackRecord(project.dir, { stack, ...identity });
  if (!isShared(workspace)) return;
  const record = readStackRecord(project.dir, stack);
  // Elsewhere than in files every tag costs a process, and only a change of the identity can have changed them.
  if (record === undefined || (identity === undefined && !ref.backendUrl.startsWith("file://"))) return;
  await writeStackTags(ref, () => pulumi, identityTags(workspace.name, record));
}
