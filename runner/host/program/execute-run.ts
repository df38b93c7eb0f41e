import { log } from "@pulumi/pulumi";
import type { KindModule, ProviderFactory } from "../../../contract/module.js";
import { printableLines } from "../../../contract/text/printable.js";
import { redact } from "../../../contract/text/redact.js";
import { readRunMarker, removeRunMarker } from "../../project/run-marker.js";
import type { Environment } from "../../system/planton-home.js";
import type { PreparedRun } from "../prepare/prepare-run.js";
import type { EngineLog, RunRequest } from "../run-request.js";
import { aliasFormerNames } from "./alias-former-names.js";
import { keepSecret } from "./keep-secret.js";
import { type CreateWatch, markCreates } from "./mark-creates.js";
import { moduleContext } from "./module-context.js";
import { resolveReferences } from "./resolve-references.js";
import { runModule } from "./run-module.js";
import { runProgram } from "./run-program.js";

/** What a program is made of. */
export interface ProgramDependencies {
  readonly loadModule: (kind: string) => Promise<KindModule>;
  readonly loadProviderFactory: (provider: string) => Promise<ProviderFactory>;
  readonly env: Environment;
}

/** What {@link executeRun} needs. */
interface ExecuteRunInput {
  readonly request: RunRequest;
  readonly dependencies: ProgramDependencies;
  readonly prepared: PreparedRun;
  /** To be masked in what the module says. */
  readonly secrets: readonly string[];
  readonly log: EngineLog;
}

/**
 * Registers a kind's resources with the engine; loads the Pulumi SDK. Gives false when the run failed.
 * In an update the run marker is in the project folder until the run has ended well. A run fails as well when the
 * vendor has more of what was created than the state.
 */
export async function executeRun(input: ExecuteRunInput): Promise<boolean> {
  const { request, dependencies, prepared, secrets, log: engineLog } = input;
  const { entry, message, credentials, recovery, reading } = prepared;
  const [module, createProvider] = await Promise.all([
    dependencies.loadModule(entry.kind),
    dependencies.loadProviderFactory(entry.provider),
  ]);
  const { metadata } = reading;
  const { resources: state } = await recovery.readState();
  let watch: CreateWatch | undefined;
  const program = async (): Promise<Record<string, unknown>> => {
    keepSecret(prepared.secrets.plain);
    const resolved = await resolveReferences({ request, reading, env: dependencies.env, known: prepared.references });
    if (!request.dryRun) watch = markCreates({ ...recovery, startedAtMs: recovery.nowMs() });
    aliasFormerNames(metadata.name, state);
    const context = moduleContext({
      metadata,
      resourceName: prepared.resourceName,
      kind: entry,
      owner: recovery.owner,
      account: prepared.account,
      provider: createProvider(credentials.inputs, recovery.vendor.plugins[0]?.name ?? ""),
      createProvider: (plugin) => createProvider(credentials.inputs, plugin),
      resolved: resolved.values,
      siblings: resolved.siblings,
      files: prepared.files,
      appliesManifest: prepared.appliesManifest,
      warn: (text) => void log.warn(printableLines(redact(text, secrets))),
      readExisting: (entry) => recovery.vendor.readExisting(entry, recovery.context),
      state,
    });
    return runModule({ module, stackInput: message, stackOutputs: entry.stackOutputs, context });
  };
  const whenMade = async (): Promise<void> => watch?.assertMadeOnce();
  const succeeded = await runProgram(request, engineLog, program, whenMade);
  if (!request.dryRun && (succeeded || hasNothingToFind(request))) {
    removeRunMarker(request.rootDirectory, request.stack);
  }
  return succeeded;
}

/** True when a run that failed had not begun to make anything that would be looked for. */
function hasNothingToFind({ rootDirectory, stack }: RunRequest): boolean {
  const marker = readRunMarker(rootDirectory, stack);
  return marker?.creates.length === 0 && marker.needsRefresh !== true;
}
