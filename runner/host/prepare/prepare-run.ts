import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Message } from "@bufbuild/protobuf";
import type { Catalog, KindEntry } from "../../../contract/catalog.js";
import type { KindModule, ProviderFactory } from "../../../contract/module.js";
import { isPlantonError, PlantonError } from "../../../contract/planton-error.js";
import type { VendorAdapter, VendorFetch } from "../../../contract/vendor.js";
import type { ResolvedCredentials } from "../../credentials/resolve-credentials.js";
import { assertAccount, proveAccount } from "../../credentials/verify-account.js";
import { problemText } from "../../manifest/format-problem.js";
import { readStackInput, type StackInputReading } from "../../manifest/read-stack-input.js";
import { ownerMark } from "../../project/owner-tag.js";
import { parseTarget, targetText } from "../../project/target-name.js";
import { openSecretResolver } from "../../secrets/resolve-secret.js";
import { credentialsOf, metadataOf, providerOf, secretsFolder } from "../../session/prepare-stack.js";
import type { Environment } from "../../system/planton-home.js";
import { readFileText } from "../../system/read-file-text.js";
import { maskSecrets } from "../../system/redact.js";
import { shellWord } from "../../system/shell-quote.js";
import { type EngineLog, openEngineLog, showError } from "../serve/engine-log.js";
import type { RunRequest } from "../serve/language-service.js";
import { hostCredentials } from "./host-credentials.js";
import { exportState } from "./read-state.js";
import {
  assertNothingHalfDone,
  assertNothingHeldTwice,
  assertNothingUnfinished,
  type VendorLook,
} from "./refuse-unfinished.js";
import { resolveSecretFields, type SpecSecrets } from "./resolve-secret-fields.js";
import { openSecretWarnings } from "./secret-warnings.js";

/** What the host is handed by its entry file. */
export interface HostParts {
  readonly catalog: Catalog;
  readonly vendors: readonly VendorAdapter[];
  readonly loadModule: (kind: string) => Promise<KindModule>;
  readonly loadProviderFactory: (provider: string) => Promise<ProviderFactory>;
  readonly env: Environment;
  readonly fetch: VendorFetch;
  readonly now: () => number;
}

/** Everything about a run that is known and found good before anything is registered. */
export interface ReadyRun {
  readonly entry: KindEntry;
  readonly reading: StackInputReading;
  readonly message: Message;
  readonly credentials: ResolvedCredentials;
  /** Where to look for what earlier runs have made. */
  readonly look: VendorLook;
  /** See ModuleContext.resourceName. */
  readonly resourceName: string;
  /** Secrets of the manifest, its URIs resolved; in `message` they stand in their places. */
  readonly secrets: SpecSecrets;
}

/**
 * Serves one Run request. Whatever is wrong with the stack input, the identity, the credentials or the account is shown
 * and ends the run before a resource is registered: an empty program would delete everything.
 */
export async function runStack(request: RunRequest, parts: HostParts): Promise<boolean> {
  const engine = openEngineLog(request.engineAddress);
  let secrets: readonly string[] = [];
  const log: EngineLog = (severity, message) => engine.log(severity, maskSecrets(message, secrets));
  try {
    const ready = await readyRun(request, parts, log);
    secrets = [...ready.secrets.all, ...Object.values(ready.credentials.values)];
    // planton has shown them before it started pulumi; here they would come with the preview and again with the update.
    const shown = parts.env["PLANTON_RUN_WARNINGS"] === "shown";
    for (const warning of shown ? [] : ready.reading.warnings) await log("warning", problemText(warning));
    const { executeRun } = await import("../program/execute-run.js");
    return await executeRun({ request, parts, ready, secrets, log });
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    await showError(error, log);
    return false;
  } finally {
    engine.close();
  }
}

async function readyRun(request: RunRequest, parts: HostParts, log: EngineLog): Promise<ReadyRun> {
  const { catalog, env } = parts;
  const recorded = parseTarget(recordedTarget(request, env));
  const { file, readStdin } = stackInputOf(request, env);
  const reading = await readStackInput({
    catalog,
    file,
    cwd: request.rootDirectory,
    readStdin,
    ...(recorded === undefined ? {} : { fallbackKind: recorded.kind }),
  });
  const { entry, message } = reading;
  const metadata = metadataOf(message);
  if (recorded !== undefined) {
    if (reading.inferred.name) metadata.name = recorded.name;
    const said = targetText({
      kind: entry.kind,
      name: metadata.name,
      ...(metadata.env === undefined ? {} : { env: metadata.env }),
    });
    if (said !== targetText(recorded)) {
      throw new PlantonError({
        code: "E_IDENTITY_CHANGED",
        message: `"${file}" says ${said}, but stack "${request.stack}" is about ${targetText(recorded)}`,
        hint: `to go on with the same stack and its resources: planton pulumi up --stack-input ${shellWord(file)} --stack ${request.stack}; to make a second one beside it: planton pulumi up --stack-input ${shellWord(file)} --new-stack`,
      });
    }
  }
  const provider = providerOf(catalog, entry);
  const baseDir = secretsFolder(file, request.rootDirectory, request.rootDirectory);
  const warnings = openSecretWarnings(request, env);
  const resolveSecret = openSecretResolver({ env, baseDir, warn: warnings.add });
  const credentials = await hostCredentials({
    ...credentialsOf(reading, provider),
    env,
    resolve: resolveSecret,
    baseDir,
    stack: request.stack,
  }).finally(() => warnings.show(log));
  const vendor = parts.vendors.find((candidate) => candidate.name === provider.name);
  if (vendor === undefined)
    throw new PlantonError({ code: "E_INTERNAL", message: `no vendor adapter "${provider.name}"` });
  const surroundings = { credentials: credentials.values, env, fetch: parts.fetch };
  const identity = {
    vendor,
    provider,
    surroundings,
    origin: credentials.origin,
    recorded: request.config.get("planton:account"),
  };
  const account = await assertAccount(identity);
  let state: ReturnType<typeof exportState> | undefined;
  const readState = (): ReturnType<typeof exportState> => {
    state ??= exportState(request, env);
    return state;
  };
  const readResources = async () => (await readState()).resources;
  await proveAccount({ ...identity, account, unchecked: false, env, readResources });
  const owner = ownerMark({ project: request.project, stack: request.stack, id: request.config.get("planton:id") });
  // A stack from standard input is known by that alone: nothing is recorded of it.
  const recover = `planton pulumi recover ${file === "-" ? "--stack-input - " : ""}--stack ${request.stack}`;
  const look: VendorLook = { request, vendor, surroundings, owner, readState, nowMs: parts.now, recover };
  await assertNothingUnfinished(look);
  await assertNothingHalfDone(look);
  await assertNothingHeldTwice(look);
  const fields = resolveSecretFields({ reading, resolve: resolveSecret, baseDir });
  const secrets = await fields.finally(() => warnings.show(log));
  const resourceName = resourceNameOf(request, reading);
  return { entry, reading, message, credentials, look, resourceName, secrets };
}

/** What names at the vendor are taken from: after a rename the metadata.name that the resources were made under. */
function resourceNameOf({ config }: RunRequest, { entry, message }: StackInputReading): string {
  const { name } = metadataOf(message);
  const recorded = parseTarget(config.get("planton:target") ?? "");
  return config.get("planton:resourceName") ?? (recorded?.kind === entry.kind ? recorded.name : name);
}

/** What the stack is about: for this run alone when planton hands it over (`--stack` with another target), else as recorded. */
function recordedTarget(request: RunRequest, env: Environment): string {
  const handed = env["PLANTON_RUN_STACK"] === request.stack ? env["PLANTON_RUN_TARGET"] : undefined;
  return handed ?? request.config.get("planton:target") ?? "";
}

/** The stack input of the stack: of this run alone when planton hands one over (standard input), else as recorded. */
function stackInputOf(
  { config, rootDirectory, stack }: RunRequest,
  env: Environment,
): { readonly file: string; readonly readStdin: () => Promise<string> } {
  const handed = env["PLANTON_RUN_STACK_INPUT"];
  if (handed && env["PLANTON_RUN_STACK"] === stack) {
    // With a target it is a file that stays; else it is a private one of planton's, with what came by standard input.
    if (env["PLANTON_RUN_TARGET"] !== undefined) {
      return { file: relative(rootDirectory, handed), readStdin: noStdin };
    }
    return { file: "-", readStdin: async () => readFileText({ file: handed, cwd: rootDirectory }) };
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
