import { tmpdir } from "node:os";
import { create, type Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { log, type Output, output } from "@pulumi/pulumi";
import { type Metadata, MetadataSchema } from "../../../apis/gen/es/planton/shared/v1/metadata_pb.js";
import type { StringValueOrRef } from "../../../apis/gen/es/planton/shared/v1/value_or_ref_pb.js";
import type { KindEntry } from "../../../contract/catalog.js";
import { findVendor } from "../../../contract/find-vendor.js";
import type { ExistingResource } from "../../../contract/vendor.js";
import { modules, providerFactories } from "../../../modules/gen/modules.js";
import { vendors } from "../../../modules/gen/vendors.js";
import { specAccount } from "../../../runner/credentials/stack-input-credentials.js";
import { type ModuleContextInput, moduleContext } from "../../../runner/host/program/module-context.js";
import { runModule } from "../../../runner/host/program/run-module.js";
import { runProgram } from "../../../runner/host/program/run-program.js";
import { walkMessages } from "../../../runner/manifest/check/walk-fields.js";
import { isValueOrRefMessage } from "../../../runner/manifest/decode/value-or-ref.js";
import type { LoggedMessage, RecordingMonitor, Registration } from "./recording-monitor.js";

/** What a kind's module registered for one stack input. */
export interface Recording {
  readonly registrations: readonly Registration[];
  /** Stack outputs by proto field name; secrets in their wire form. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What was shown to the user. */
  readonly messages: readonly LoggedMessage[];
}

/** What {@link recordRun} runs. */
export interface RecordRunInput {
  readonly entry: KindEntry;
  /** A checked stack input message of the kind. */
  readonly stackInput: Message;
  readonly monitor: RecordingMonitor;
  /** Further outputs of the stacks that references point to, by name. */
  readonly referenced?: Readonly<Record<string, unknown>>;
  /** What the vendor has under every id; default: a resource without tags, and of what an upload would overwrite none. */
  readonly existing?: ExistingResource | "absent" | undefined;
  /** The stack's state before the run. */
  readonly state?: ModuleContextInput["state"];
  /** Called in the program before the module runs. */
  readonly before?: () => void;
  /** True for a preview. */
  readonly dryRun?: boolean;
  /** Folder of the manifest, absolute; default: that of temporary files. */
  readonly folder?: string;
}

/** Types whose creation overwrites one of that name. */
const overwritten: ReadonlySet<string> = new Set(["cloudflare:index/workersScript:WorkersScript"]);

/** Runs a kind's module, as the language host does it, against a recording monitor. Throws when the program fails. */
export async function recordRun(input: RecordRunInput): Promise<Recording> {
  const { entry, stackInput, monitor, referenced = {}, state = [], folder = tmpdir() } = input;
  const existingOf = (type: string): ExistingResource | "absent" | undefined =>
    "existing" in input ? input.existing : overwritten.has(type) ? "absent" : { tags: [] };
  const loadModule = modules.get(entry.kind);
  const loadFactory = providerFactories.get(entry.provider);
  if (loadModule === undefined || loadFactory === undefined)
    throw new Error(`no module or provider for "${entry.kind}"`);
  const [module, providerFactory] = await Promise.all([loadModule(), loadFactory()]);
  monitor.clear();
  const errors: string[] = [];
  const succeeded = await runProgram(
    {
      project: "recorded",
      stack: "recorded",
      organization: "organization",
      rootDirectory: tmpdir(),
      config: new Map(),
      configSecretKeys: [],
      dryRun: input.dryRun ?? false,
      parallel: 1,
      monitorAddress: monitor.address,
      engineAddress: monitor.address,
    },
    async (_severity, text) => void errors.push(text),
    async () => {
      input.before?.();
      const context = moduleContext({
        metadata: metadataOf(entry, stackInput),
        resourceName: metadataOf(entry, stackInput).name,
        kind: entry,
        owner: "recorded-recorded",
        account: specAccount(entry, stackInput) ?? "5a".repeat(16),
        provider: providerFactory(undefined, findVendor(vendors, entry.provider).plugins[0]?.name ?? ""),
        createProvider: (plugin) => providerFactory(undefined, plugin),
        resolved: resolveAll(entry, stackInput),
        siblings: (field, name) => (field.source.case === "valueFrom" ? output(referenced[name]) : undefined),
        warn: (text) => void log.warn(text),
        appliesManifest: true,
        files: { base: folder, root: folder },
        readExisting: async ({ type }) => existingOf(type),
        state,
      });
      return runModule({ module, stackInput, stackOutputs: entry.stackOutputs, context });
    },
  );
  if (!succeeded) throw new Error([...errors, ...monitor.messages.map(({ text }) => text)].join("\n"));
  const messages = monitor.messages.filter(({ severity }) => severity !== "debug");
  return { registrations: monitor.registrations, outputs: monitor.outputs, messages };
}

function metadataOf(entry: KindEntry, stackInput: Message): Metadata {
  let found = create(MetadataSchema);
  walkMessages(reflect(entry.stackInput, stackInput), "", ({ message }, path) => {
    if (path === "target.metadata") found = message as Metadata;
  });
  return found;
}

/** Every reference with a value of its own, so that another reference gives another value. */
function resolveAll(entry: KindEntry, stackInput: Message): ReadonlyMap<StringValueOrRef, Output<string>> {
  const resolved = new Map<StringValueOrRef, Output<string>>();
  walkMessages(reflect(entry.stackInput, stackInput), "", ({ message }) => {
    if (!isValueOrRefMessage(message)) return;
    const { source } = message;
    resolved.set(
      message,
      output(source.case === "valueFrom" ? `resolved ${JSON.stringify(source.value)}` : (source.value ?? "")),
    );
  });
  return resolved;
}
