import { urlSecrets } from "../../contract/text/url-secrets.js";
import type { VendorAccount, VendorAdapter, VendorContext, VendorFetch } from "../../contract/vendor.js";
import type { ResolvedCredentials } from "../credentials/resolve-credentials.js";
import { openVendorAccess } from "../credentials/verify-account.js";
import type { EngineCli } from "../engine/engine-request.js";
import { ensureProject, type Project } from "../project/project-file.js";
import { projectTrust } from "../project/project-trust.js";
import { credentialsDigest, type RunHandoff } from "../project/run-handoff.js";
import { type StackRecord, writeStackRecord } from "../project/stack-settings.js";
import { targetText } from "../project/target-name.js";
import { readCheckpoint } from "../pulumi/checkpoint.js";
import type { OpenPulumi, PulumiCli } from "../pulumi/spawn-pulumi.js";
import type { StackRef } from "../pulumi/stack-ref.js";
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
}

/** Opens the stack of a prepared stack input; makes its project, settings and stack when they are not there. */
export async function openSession({
  selection,
  prepared,
  parts,
  recordAccount,
}: OpenSessionInput): Promise<StackSession> {
  const { choice, credentials } = prepared;
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
    backendUrl: ["workspace", "default"].includes(prepared.backend.source) ? prepared.backend.url : undefined,
    trust: projectTrust(parts.env),
  });
  // The passphrase that a new stack needs is made on the way.
  const openPulumi = (proof: Readonly<Record<string, string>> = {}): PulumiCli =>
    parts.openPulumi({
      engine,
      cwd: project.dir,
      env: { ...pulumiEnvironment(parts.env, engine.folder, credentials), ...proof },
      secrets: [
        ...prepared.reading.secretValues,
        ...Object.values(credentials.values),
        ...urlSecrets(prepared.backend.url),
      ],
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
  const { isNew, record } = await parts.trace.stage("stack", { stack, project: project.name }, async (note) => {
    const taken = await ensureStack({
      prepared: named,
      project,
      ref,
      pulumi: openPulumi,
      newStack: selection.newStack,
      adoptStack: selection.adoptStack,
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
    checked: prepared.reading.digest,
    resolved: resolvedAccess(parts, credentials, account),
    vendor,
    vendorContext,
    isNew,
    identity: newIdentity(named, record),
  };
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

/** Records what the stack is about now; to be called after an `up` that went well. */
export function recordIdentity({ project, stack, identity }: StackSession): void {
  if (identity !== undefined) writeStackRecord(project.dir, { stack, ...identity });
}
