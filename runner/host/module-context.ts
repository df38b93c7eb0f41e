import type { CustomResourceOptions, CustomTimeouts, Output, ProviderResource } from "@pulumi/pulumi";
import type { Metadata } from "../../apis/gen/es/planton/shared/v1/metadata_pb.js";
import type { StringValueOrRef } from "../../apis/gen/es/planton/shared/v1/value_or_ref_pb.js";
import type { ModuleContext } from "../../contract/module.js";
import type { StateEntry } from "../../contract/vendor.js";
import type { SiblingReader } from "./resolve-references.js";

/** What {@link moduleContext} is made of. */
export interface ModuleContextInput {
  readonly metadata: Metadata;
  readonly stateful: boolean;
  readonly owner: string;
  readonly provider: ProviderResource;
  /** Resolved values of all reference fields that are set. */
  readonly resolved: ReadonlyMap<StringValueOrRef, Output<string>>;
  /** Reads another output of the stack that a reference field names. */
  readonly siblings: SiblingReader;
  readonly warn: (message: string) => void;
  /** Reads a resource at the vendor; see VendorAdapter.readExisting. */
  readonly readExisting: (entry: StateEntry) => ReturnType<ModuleContext["existing"]>;
  /** URNs of the stack's state before this run. */
  readonly readUrns: () => Promise<readonly string[]>;
}

/** The context that a module runs in. */
export function moduleContext(input: ModuleContextInput): ModuleContext {
  const { metadata } = input;
  const everyResource: CustomResourceOptions = {
    provider: input.provider,
    protect: metadata.protect ?? input.stateful,
  };
  const retained = (defaults: CustomResourceOptions): CustomResourceOptions => {
    const retainOnDelete = defaults.retainOnDelete === true ? true : metadata.retainOnDelete;
    return retainOnDelete === undefined ? {} : { retainOnDelete };
  };
  return {
    name: metadata.name,
    labels: metadata.labels,
    owner: input.owner,
    provider: input.provider,
    input: (field) => (field === undefined ? undefined : input.resolved.get(field)),
    referenced: (field, name) => (field === undefined ? undefined : input.siblings(field, name)),
    primary: (defaults = {}) => ({
      ...defaults,
      ...everyResource,
      ...retained(defaults),
      ...(metadata.importId === undefined ? {} : { import: metadata.importId }),
      aliases: [...(defaults.aliases === undefined ? [] : [defaults.aliases].flat()), ...metadata.aliases.map(alias)],
      customTimeouts: { ...defaults.customTimeouts, ...timeouts(metadata) },
    }),
    companion: (defaults = {}) => ({ ...defaults, ...everyResource, ...retained(defaults) }),
    existing: (type, id) => input.readExisting({ type, id, inputs: {} }),
    inState: async (type, names) => {
      const urns = await input.readUrns();
      return urns.some((urn) => names.some((name) => urn.endsWith(`::${type}::${name}`)));
    },
    warn: input.warn,
  };
}

/** An alias is a whole URN or an earlier logical name. */
function alias(text: string): string | { name: string } {
  return text.startsWith("urn:pulumi:") ? text : { name: text };
}

function timeouts(metadata: Metadata): CustomTimeouts {
  const given = metadata.timeouts;
  return {
    ...(given?.create === undefined ? {} : { create: given.create }),
    ...(given?.update === undefined ? {} : { update: given.update }),
    ...(given?.delete === undefined ? {} : { delete: given.delete }),
  };
}
