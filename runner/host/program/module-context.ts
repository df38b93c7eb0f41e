import { resolve } from "node:path";
import type { Alias, CustomResourceOptions, CustomTimeouts, Output, ProviderResource } from "@pulumi/pulumi";
import type { Metadata } from "../../../apis/gen/es/planton/shared/v1/metadata_pb.js";
import type { StringValueOrRef } from "../../../apis/gen/es/planton/shared/v1/value_or_ref_pb.js";
import type { KindFacts } from "../../../contract/catalog.js";
import type { ModuleContext } from "../../../contract/module.js";
import { PlantonError } from "../../../contract/planton-error.js";
import type { StateEntry } from "../../../contract/vendor.js";
import type { LocalFolders } from "../../manifest/local-paths.js";
import type { StateResource } from "../../pulumi/state/checkpoint.js";
import type { SiblingReader } from "./resolve-references.js";

/** What {@link moduleContext} is made of. */
export interface ModuleContextInput {
  readonly metadata: Metadata;
  /** See ModuleContext.resourceName. */
  readonly resourceName: string;
  readonly kind: Pick<KindFacts, "stateful" | "ignoredTimeouts">;
  readonly owner: string;
  /** See ModuleContext.account; undefined when it is not known. */
  readonly account: string | undefined;
  /** The provider resource of the vendor's first plugin. */
  readonly provider: ProviderResource;
  /** Makes that of another plugin of the vendor. */
  readonly createProvider: (plugin: string) => ProviderResource;
  /** Resolved values of all reference fields that are set. */
  readonly resolved: ReadonlyMap<StringValueOrRef, Output<string>>;
  /** Reads another output of the stack that a reference field names. */
  readonly siblings: SiblingReader;
  readonly warn: (message: string) => void;
  readonly files: LocalFolders;
  /** See ModuleContext.appliesManifest. */
  readonly appliesManifest: boolean;
  /** Reads a resource at the vendor; see VendorAdapter.readExisting. */
  readonly readExisting: (entry: StateEntry) => ReturnType<ModuleContext["existing"]>;
  /** The stack's state before this run. */
  readonly state: readonly Pick<StateResource, "urn" | "type" | "inputs" | "isReplaced">[];
}

/** The context that a module runs in. */
export function moduleContext(input: ModuleContextInput): ModuleContext {
  const { metadata, kind } = input;
  const providers = new Map<string, ProviderResource>();
  const everyResource = ({ provider = input.provider, protect = kind.stateful }: CustomResourceOptions) => ({
    provider,
    protect: metadata.protect ?? protect,
  });
  // What holds data goes only when its successor is there, whatever the plugin's diff says.
  const order: CustomResourceOptions = kind.stateful ? { deleteBeforeReplace: false } : {};
  const retained = (defaults: CustomResourceOptions): CustomResourceOptions => {
    const retainOnDelete = defaults.retainOnDelete === true ? true : metadata.retainOnDelete;
    return retainOnDelete === undefined ? {} : { retainOnDelete };
  };
  return {
    name: metadata.name,
    resourceName: input.resourceName,
    labels: metadata.labels,
    owner: input.owner,
    provider: input.provider,
    providerOf(plugin) {
      const provider = providers.get(plugin) ?? input.createProvider(plugin);
      providers.set(plugin, provider);
      return provider;
    },
    account() {
      if (input.account !== undefined) return input.account;
      const message = "the account is not named, and the credentials may list none";
      throw new PlantonError({ code: "E_ACCOUNT_UNKNOWN", message });
    },
    input: (field) => (field === undefined ? undefined : input.resolved.get(field)),
    referenced: (field, name) => (field === undefined ? undefined : input.siblings(field, name)),
    primary: (defaults = {}) => ({
      ...order,
      ...defaults,
      ...everyResource(defaults),
      ...retained(defaults),
      ...(metadata.importId === undefined ? {} : { import: metadata.importId }),
      aliases: [...aliasesOf(defaults), ...metadata.aliases.map((text) => alias(text, ""))],
      customTimeouts: { ...defaults.customTimeouts, ...timeouts(metadata, kind.ignoredTimeouts) },
    }),
    companion: (suffix, defaults = {}, formerSuffixes = []) => ({
      ...order,
      ...defaults,
      ...everyResource(defaults),
      ...retained(defaults),
      aliases: [
        ...aliasesOf(defaults),
        ...formerSuffixes.map((former) => ({ name: `${metadata.name}${former}` })),
        ...metadata.aliases.flatMap((text) => [suffix, ...formerSuffixes].map((each) => alias(text, each))),
      ],
    }),
    existing: (type, id, inputs = {}) => input.readExisting({ type, id, inputs }),
    imports: metadata.importId !== undefined,
    inState: (type) =>
      input.state
        .filter((resource) => resource.type === type && !resource.isReplaced)
        .map(({ urn, inputs }) => ({ name: urn.split("::").at(-1) ?? "", inputs })),
    appliesManifest: input.appliesManifest,
    localPath: (path) => ({ path: resolve(input.files.base, path), root: input.files.root }),
    warn: input.warn,
  };
}

function aliasesOf({ aliases }: CustomResourceOptions): NonNullable<CustomResourceOptions["aliases"]> {
  return aliases ?? [];
}

/**
 * The alias of the primary resource, or of its companion of that suffix, by an earlier logical name or a whole URN of the
 * primary one. A companion's type is its own, so of a URN it takes stack, project and name.
 */
function alias(text: string, suffix: string): string | Alias {
  const urn = /^urn:pulumi:(.+?)::(.+?)::(?:.+)::(.+)$/.exec(text);
  if (urn === null) return { name: `${text}${suffix}` };
  const [, stack = "", project = "", name = ""] = urn;
  return suffix === "" ? text : { stack, project, name: `${name}${suffix}` };
}

/** Limits that the plugin does not heed it would warn about in every run; reading the manifest has done so. */
function timeouts(metadata: Metadata, ignored: readonly string[]): CustomTimeouts {
  const operations = (["create", "update", "delete"] as const).filter((operation) => !ignored.includes(operation));
  const given = operations.flatMap((operation) => {
    const limit = metadata.timeouts?.[operation];
    return limit === undefined ? [] : [[operation, limit] as const];
  });
  return Object.fromEntries(given);
}
