import { existsSync } from "node:fs";
import { join } from "node:path";
import { PlantonError } from "../contract/planton-error.js";
import type { VendorAdapter, VendorFetch, VendorSurroundings } from "../contract/vendor.js";
import { assertAccount } from "./assert-account.js";
import type { EngineCli } from "./engine/engine-request.js";
import { ensureStack } from "./ensure-stack.js";
import type { Environment } from "./planton-home.js";
import {
  type PreparedStack,
  placeOf,
  prepareStack,
  pulumiEnvironment,
  type RunnerParts,
  recordOfPath,
  type StackSelection,
  stackPrefix,
} from "./prepare-stack.js";
import { chooseBackend } from "./project/backend.js";
import { ensureProject, type Project, readProject } from "./project/project-file.js";
import { readStackRecord } from "./project/stack-settings.js";
import { findWorkspace } from "./project/workspace.js";
import type { PulumiCommand } from "./pulumi/spawn-pulumi.js";

/** A stack that is there, and how to run pulumi on it. */
export interface StackSession {
  readonly project: Project;
  readonly stack: string;
  readonly backendUrl: string;
  readonly env: Environment;
  /** The pulumi command without arguments: engine, project folder, environment, secrets to mask. */
  readonly command: Omit<PulumiCommand, "args">;
  /** True when the stack's stack input is a file that is there. */
  readonly hasStackInput: boolean;
  /** Content of a stack input that came by standard input. */
  readonly stackInputText: string | undefined;
  /** Undefined when no stack input tells the provider. */
  readonly vendor: VendorAdapter | undefined;
  readonly vendorSurroundings: VendorSurroundings | undefined;
  /** True when the stack was made by this command. */
  readonly isNew: boolean;
}

/** What sessions are opened with. */
export interface SessionParts extends RunnerParts {
  readonly vendors: readonly VendorAdapter[];
  readonly fetch: VendorFetch;
  /** Finds or installs the Pulumi CLI, then the plugins that a provider's program needs. */
  readonly installEngine: (vendor: VendorAdapter | undefined) => Promise<EngineCli>;
}

/** What {@link openSession} is asked for. */
export interface OpenSessionInput {
  readonly selection: StackSelection;
  readonly prepared: PreparedStack;
  readonly parts: SessionParts;
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
  const vendor = parts.vendors.find((candidate) => candidate.name === prepared.provider.name);
  if (vendor === undefined) {
    throw new PlantonError({
      code: "E_INTERNAL",
      message: `no vendor adapter for provider "${prepared.provider.name}"`,
    });
  }
  const vendorSurroundings = { credentials: credentials.values, env: parts.env, fetch: parts.fetch };
  const [engine, account] = await Promise.all([
    parts.installEngine(vendor),
    assertAccount({
      vendor,
      provider: prepared.provider,
      surroundings: vendorSurroundings,
      origin: credentials.origin,
      recorded: choice.record?.account,
    }),
  ]);
  const project = ensureProject({
    dir: prepared.projectDir,
    workspace: prepared.workspace,
    backendUrl: ["workspace", "default"].includes(prepared.backend.source) ? prepared.backend.url : undefined,
  });
  const command = (): Omit<PulumiCommand, "args"> => ({
    engine,
    cwd: project.dir,
    env: pulumiEnvironment(parts.env, engine.folder, prepared),
    secrets: [...prepared.reading.secretValues, ...Object.values(credentials.values)],
  });
  const isNew = await ensureStack({
    prepared,
    project,
    command,
    newStack: selection.newStack,
    adoptStack: selection.adoptStack,
    account: recordAccount ? account?.id : undefined,
  });
  return {
    project,
    stack: choice.stack,
    backendUrl: prepared.backend.url,
    env: parts.env,
    command: command(),
    hasStackInput: prepared.relativeStackInput !== undefined,
    stackInputText: prepared.relativeStackInput === undefined ? prepared.reading.text : undefined,
    vendor,
    vendorSurroundings,
    isNew,
  };
}

/**
 * Opens a stack for commands that need no stack input (output, cancel, recover, and destroy or refresh when the file is
 * gone): by `--stack`, or by the record of the stack input's path. Throws E_STACK_INPUT_MISSING.
 */
export async function openRecordedSession(selection: StackSelection, parts: SessionParts): Promise<StackSession> {
  const { projectDir, relativeStackInput } = placeOf(selection, parts.cwd);
  const prefix = stackPrefix(parts.env);
  const named =
    selection.stack === undefined || selection.stack.startsWith(prefix)
      ? selection.stack
      : `${prefix}${selection.stack}`;
  const record =
    named === undefined
      ? recordOfPath(projectDir, relativeStackInput ?? "", selection, parts.env)
      : (readStackRecord(projectDir, named) ?? { stack: named });
  const project = existsSync(projectDir) ? readProject(projectDir) : undefined;
  if (record === undefined || project === undefined) {
    throw new PlantonError({
      code: "E_STACK_INPUT_MISSING",
      message: `no stack is recorded for "${selection.stackInput}" in "${projectDir}"`,
      hint: "run planton pulumi up --stack-input FILE first, or name the stack with --stack",
    });
  }
  const entry = parts.catalog.kinds.find((candidate) => candidate.kind === record.target?.kind);
  const vendor = parts.vendors.find((candidate) => candidate.name === entry?.provider);
  const engine = await parts.installEngine(vendor);
  return {
    project,
    stack: record.stack,
    backendUrl: chooseBackend({ env: parts.env, project, workspace: findWorkspace(projectDir) }).url,
    env: parts.env,
    command: { engine, cwd: projectDir, env: pulumiEnvironment(parts.env, engine.folder, undefined), secrets: [] },
    hasStackInput: record.stackInput !== undefined && existsSync(join(projectDir, record.stackInput)),
    stackInputText: undefined,
    vendor,
    vendorSurroundings: undefined,
    isNew: false,
  };
}

/** Opens the stack of a selection: by its stack input where that is there, else by its record. */
export async function openAnySession(selection: StackSelection, parts: SessionParts): Promise<StackSession> {
  const { projectDir, relativeStackInput } = placeOf(selection, parts.cwd);
  const isThere = relativeStackInput === undefined || existsSync(join(projectDir, relativeStackInput));
  if (!isThere) return openRecordedSession(selection, parts);
  const prepared = await prepareStack(selection, parts);
  if (prepared.choice.record === undefined) {
    throw new PlantonError({
      code: "E_STACK_INPUT_MISSING",
      message: `stack "${prepared.choice.stack}" of "${selection.stackInput}" was never applied here`,
      hint: `run planton pulumi up --stack-input ${selection.stackInput} first`,
    });
  }
  return openSession({ selection, prepared, parts, recordAccount: false });
}
