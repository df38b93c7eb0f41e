import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Message } from "@bufbuild/protobuf";
import type { Catalog, KindEntry } from "../../../contract/catalog.js";
import { findProvider } from "../../../contract/find-vendor.js";
import { PlantonError } from "../../../contract/planton-error.js";
import type { Trace } from "../../../contract/trace.js";
import type { VendorAdapter, VendorFetch } from "../../../contract/vendor.js";
import { namedAccount, type ResolvedCredentials } from "../../credentials/resolve-credentials.js";
import { secretsFolder, stackInputCredentials } from "../../credentials/stack-input-credentials.js";
import { openVendorAccess } from "../../credentials/verify-account.js";
import type { CheckedInputs } from "../../manifest/checked-inputs.js";
import { assertLocalPaths, type LocalFolders } from "../../manifest/local-paths.js";
import type { StackInputReading } from "../../manifest/read-stack-input.js";
import { ownerTag } from "../../project/owner-tag.js";
import { projectTrust } from "../../project/project-trust.js";
import { credentialsDigest, type HandedReference, type RunHandoff, readRunHandoff } from "../../project/run-handoff.js";
import { makeTarget, parseTarget, targetText } from "../../project/target-name.js";
import { readEffectiveManifest } from "../../project/workspace/effective-manifest.js";
import { findWorkspace } from "../../project/workspace/workspace.js";
import { openSecretResolver } from "../../secrets/resolve-secret.js";
import type { Environment } from "../../system/planton-home.js";
import { readFileText } from "../../system/read-file-text.js";
import { shellQuote } from "../../system/shell-quote.js";
import type { EngineLog, RunRequest } from "../run-request.js";
import { hostCredentials } from "./host-credentials.js";
import { readState } from "./read-state.js";
import {
  assertNothingHalfDone,
  assertNothingHeldTwice,
  assertNothingUnfinished,
  type RecoveryContext,
} from "./refuse-unfinished.js";
import { resolveSecretFields, type SpecSecrets } from "./resolve-secret-fields.js";
import { openSecretWarnings } from "./secret-warnings.js";

/** What a run is prepared with. */
export interface PrepareRunDependencies {
  readonly catalog: Catalog;
  readonly vendors: readonly VendorAdapter[];
  readonly env: Environment;
  readonly fetch: VendorFetch;
  readonly trace: Trace;
  /** What earlier processes of this build have held against the rules; undefined where that is not kept. */
  readonly checked: CheckedInputs | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Everything about a run that is known and found good before anything is registered. */
export interface PreparedRun {
  readonly entry: KindEntry;
  readonly reading: StackInputReading;
  readonly message: Message;
  readonly credentials: ResolvedCredentials;
  /** See ModuleContext.account; undefined when it is not known. */
  readonly account: string | undefined;
  /** Where to look for what earlier runs have made. */
  readonly recovery: RecoveryContext;
  /** Stacks of references that planton knows; see RunHandoff. */
  readonly references: readonly HandedReference[];
  /** See ModuleContext.resourceName. */
  readonly resourceName: string;
  /** Where local paths of the manifest start, and what they may not leave. */
  readonly files: LocalFolders;
  /** See ModuleContext.appliesManifest. */
  readonly appliesManifest: boolean;
  /** Secrets of the manifest, its URIs resolved; in `message` they are in their places. */
  readonly secrets: SpecSecrets;
  /** True when the user has seen the warnings of the stack input. */
  readonly hasShownWarnings: boolean;
}

/**
 * Reads the stack input of a Run request and checks it, its identity, credentials and account, and that nothing is
 * unfinished; registers nothing. Throws the code of what is wrong.
 */
export async function prepareRun(
  request: RunRequest,
  dependencies: PrepareRunDependencies,
  log: EngineLog,
): Promise<PreparedRun> {
  const { catalog, vendors, env, fetch, trace } = dependencies;
  const handoff = readRunHandoff(env, request.stack);
  const recorded = parseTarget(recordedTarget(request, handoff));
  const { file, readStdin } = stackInputOf(request, handoff);
  const cwd = request.rootDirectory;
  const workspace = findWorkspace(cwd, projectTrust(env));
  const reading = await trace.stage("load", { file }, async () => {
    const text = file === "-" ? await readStdin() : readFileText({ file, cwd });
    return readEffectiveManifest({
      catalog,
      workspace,
      cwd,
      env: recorded?.env,
      recorded,
      file,
      text,
      checked: handoff?.checked === undefined ? dependencies.checked : new Set([handoff.checked]),
      ...(recorded === undefined ? {} : { fallback: recorded }),
    });
  });
  trace.hide(reading.secretValues);
  const { entry, message, metadata } = reading;
  if (recorded !== undefined) {
    const said = targetText(makeTarget({ kind: entry.kind, name: metadata.name, env: metadata.env }));
    if (said !== targetText(recorded)) {
      throw new PlantonError({
        code: "E_IDENTITY_CHANGED",
        message: `"${file}" says ${said}, but stack "${request.stack}" is about ${targetText(recorded)}`,
        hint: `to go on with the same stack and its resources: planton pulumi up --stack-input ${shellQuote(file)} --stack ${request.stack}; to make a second one beside it: planton pulumi up --stack-input ${shellQuote(file)} --new-stack`,
      });
    }
  }
  const provider = findProvider(catalog, entry.provider);
  const baseDir = secretsFolder(file, request.rootDirectory, request.rootDirectory);
  const files = { base: baseDir, root: workspace?.root ?? baseDir };
  const appliesManifest = handoff?.operation !== "refresh" && handoff?.operation !== "destroy";
  if (appliesManifest) assertLocalPaths(reading, files);
  const warnings = openSecretWarnings(request, handoff);
  const resolveSecret = openSecretResolver({ env, baseDir, providers: catalog.providers, warn: warnings.add, trace });
  const credentials = await trace.stage("credentials", { provider: provider.name }, () =>
    hostCredentials({
      ...stackInputCredentials(reading, provider),
      env,
      resolve: resolveSecret,
      baseDir,
      handoff,
    }).finally(() => warnings.show(log)),
  );
  trace.hide(credentials.secrets);
  const access = openVendorAccess({
    provider,
    vendors,
    credentials,
    env,
    fetch,
    trace,
    recorded: request.config.get("planton:account"),
    unchecked: false,
    known: handoff?.account?.credentials === credentialsDigest(credentials.values) ? handoff.account : undefined,
  });
  const account = await access.readAccount();
  let state: ReturnType<typeof readState> | undefined;
  const readStateOnce = (): ReturnType<typeof readState> => {
    state ??= trace.stage("state", {}, () => readState(request, env));
    return state;
  };
  await access.verify(account, async () => (await readStateOnce()).resources);
  const recovery: RecoveryContext = {
    request,
    vendor: access.vendor,
    context: access.context,
    operation: handoff?.operation,
    owner: ownerTag({ project: request.project, stack: request.stack, id: request.config.get("planton:id") }),
    readState: readStateOnce,
    nowMs: dependencies.now,
    // A stack from standard input is known by that alone: nothing is recorded of it.
    recover: `planton pulumi recover ${file === "-" ? "--stack-input - " : ""}--stack ${request.stack}`,
  };
  await trace.stage("unfinished", {}, async () => {
    await assertNothingUnfinished(recovery);
    await assertNothingHalfDone(recovery);
    await assertNothingHeldTwice(recovery);
  });
  const fields = trace.stage("secrets", {}, () =>
    resolveSecretFields({ reading, resolve: resolveSecret, baseDir, cwd }),
  );
  const secrets = await fields.finally(() => warnings.show(log));
  trace.hide(secrets.all);
  const resourceName = resourceNameOf(request, reading);
  const hasShownWarnings = handoff?.hasShownWarnings === true;
  const references = handoff?.references ?? [];
  return {
    ...{ entry, reading, message, credentials, recovery, references, resourceName, secrets, hasShownWarnings, files },
    appliesManifest,
    account: namedAccount(provider, credentials) ?? account?.id,
  };
}

/** What names at the vendor are taken from: after a rename the metadata.name that the resources were made under. */
function resourceNameOf({ config }: RunRequest, { entry, metadata }: StackInputReading): string {
  const recorded = parseTarget(config.get("planton:target") ?? "");
  return config.get("planton:resourceName") ?? (recorded?.kind === entry.kind ? recorded.name : metadata.name);
}

/**
 * What the stack is about: for this run alone when planton hands it over (`--stack` with another target), else as
 * recorded.
 */
function recordedTarget({ config }: RunRequest, handoff: RunHandoff | undefined): string {
  const handed = handoff?.stackInput?.target;
  return handed ?? config.get("planton:target") ?? "";
}

/** The stack input of the stack: of this run alone when planton hands one over, else as recorded. */
function stackInputOf(
  { config, rootDirectory, stack }: RunRequest,
  handoff: RunHandoff | undefined,
): { readonly file: string; readonly readStdin: () => Promise<string> } {
  const handed = handoff?.stackInput;
  if (handed?.from === "file") return { file: relative(rootDirectory, handed.file), readStdin: noStdin };
  if (handed?.from === "stdin") {
    return { file: "-", readStdin: async () => readFileText({ file: handed.file, cwd: rootDirectory }) };
  }
  const file = config.get("planton:stackInput");
  if (file === undefined) {
    throw new PlantonError({
      code: "E_STACK_INPUT_MISSING",
      message: `stack "${stack}" has no planton:stackInput in its settings file "Pulumi.${stack}.yaml"`,
      hint: `run planton pulumi up --stack-input FILE --stack ${stack}`,
    });
  }
  if (!existsSync(resolve(rootDirectory, file))) {
    throw new PlantonError({
      code: "E_STACK_INPUT_MISSING",
      message: `the stack input "${file}" of stack "${stack}" is not there; nothing is run, so nothing is deleted`,
      hint: `put the file back; to delete the resources without it: planton pulumi destroy --stack ${stack}`,
    });
  }
  return { file, readStdin: noStdin };
}

const noStdin = (): Promise<string> => Promise.resolve("");
