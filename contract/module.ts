import type { Message } from "@bufbuild/protobuf";
import type { CustomResourceOptions, Output, ProviderResource } from "@pulumi/pulumi";
import type { StringValueOrRef } from "../apis/gen/es/planton/shared/v1/value_or_ref_pb.js";
import type { ExistingResource } from "./vendor.js";

/** A resource that the stack's state holds. */
export interface HeldResource {
  /** Logical name. */
  readonly name: string;
  /** Inputs as the state keeps them; secrets are encrypted and unusable. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A file or folder on this machine. */
export interface LocalPath {
  /** Absolute. */
  readonly path: string;
  /** The folder that no link within it may lead out of: the workspace, else that of the manifest. Absolute. */
  readonly root: string;
}

/** What a module may know of its run. */
export interface ModuleContext {
  /** `metadata.name` of the manifest. */
  readonly name: string;
  /**
   * What the resource's name at the vendor is taken from where the spec gives none: `metadata.name`, after a rename the one
   * that it was made under.
   */
  readonly resourceName: string;
  /** `metadata.labels` of the manifest. */
  readonly labels: Readonly<Record<string, string>>;
  /**
   * Who owns the resources: project and stack, legal as a tag of every vendor (letters, digits, dashes).
   * Written to the vendor where it takes tags, so that a resource can be recognized as ours after a crash.
   */
  readonly owner: string;
  /**
   * The vendor's account that the resources are in: as the manifest, the credentials or the environment names it, else the
   * only one that the credentials see. Throws E_ACCOUNT_UNKNOWN when there is no such one.
   */
  account(): string;
  /** The one way to a reference field: literal, resolved, secret or unknown alike; undefined when the field is not set. */
  input(field: StringValueOrRef | undefined): Output<string> | undefined;
  /**
   * Another output (snake_case) of the stack that a reference field points to; its value is undefined when that stack
   * has no such output. Undefined when the field is not set or is a literal.
   */
  referenced(field: StringValueOrRef | undefined, output: string): Output<unknown> | undefined;
  /**
   * Options of the module's primary resource: provider, protection, import, aliases, timeouts. `defaults` yield to
   * metadata, but for `retainOnDelete: true`: what deleting would open stays closed; a provider among them is taken.
   */
  primary(defaults?: CustomResourceOptions): CustomResourceOptions;
  /**
   * Options of every other resource: provider, protection, and aliases for the earlier names of the primary one. Its
   * logical name is metadata.name and the suffix; `formerSuffixes` are those that it had before. `protect: false` in
   * `defaults` is for one that holds no data in a kind that does.
   */
  companion(
    suffix: string,
    defaults?: CustomResourceOptions,
    formerSuffixes?: readonly string[],
  ): CustomResourceOptions;
  /**
   * Reads a resource that is at the vendor already, by Pulumi type token, vendor's id and the inputs that say where it is.
   * "absent": there is none; undefined: the token may not read it.
   */
  existing(
    type: string,
    id: string,
    inputs?: Readonly<Record<string, unknown>>,
  ): Promise<ExistingResource | "absent" | undefined>;
  /** True when the primary resource is taken over by `metadata.import_id`. */
  readonly imports: boolean;
  /** What the stack's state holds of a type before this run, without what was replaced and is to be deleted. */
  inState(type: string): readonly HeldResource[];
  /** The provider resource of the vendor's first plugin, for functions of the SDK. */
  readonly provider: ProviderResource;
  /** The provider resource of another plugin of the vendor, to be given among the defaults of a resource of its. */
  providerOf(plugin: string): ProviderResource;
  /**
   * False in a refresh and a destroy, which leave resources as the state has them: what is refused for a change, or is not
   * on this machine, must not stop them.
   */
  readonly appliesManifest: boolean;
  /** Where the file or folder of a field with the option `local_path` is. */
  localPath(path: string): LocalPath;
  /** Shows a warning to the user at the end of the run; lower case. */
  warn(message: string): void;
}

/** What an outputs function gives back: every field of the outputs message, as a plain or future value. */
export type OutputsOf<Shape> = {
  [Field in Exclude<keyof Shape, "$typeName" | "$unknown">]-?:
    | Shape[Field]
    | undefined
    | Output<NonNullable<Shape[Field]>>
    | Output<NonNullable<Shape[Field]> | undefined>;
};

/** The three functions of a kind. */
interface KindFunctions<Input, Locals, Resources, Outputs> {
  readonly locals: (input: Input, context: ModuleContext) => Locals;
  readonly resources: (locals: Locals, context: ModuleContext) => Resources;
  readonly outputs: (resources: Resources, locals: Locals) => OutputsOf<Outputs>;
}

/** A kind's module as the runner sees it: message in, outputs by proto field name (camelCase as generated) out. */
export interface KindModule {
  readonly kind: string;
  run(input: Message, context: ModuleContext): Record<string, unknown>;
}

/**
 * Ties the three functions of a kind together; the compiler checks that they fit each other and the messages, which come
 * first: `defineModule<StackInput, StackOutputs>(kind)(functions)`.
 */
export function defineModule<StackInput extends Message, StackOutputs extends Message>(
  kind: string,
): <Locals, Resources>(functions: KindFunctions<StackInput, Locals, Resources, StackOutputs>) => KindModule {
  return (functions) => ({
    kind,
    run(input, context) {
      // The runner gives a module the stack input of its kind.
      const locals = functions.locals(input as StackInput, context);
      return functions.outputs(functions.resources(locals, context), locals);
    },
  });
}

/**
 * Makes the provider resource of one of the vendor's plugins, at most once in a program for each. `inline` is the literal
 * provider config; absent: the plugin reads its environment.
 */
export type ProviderFactory = (
  inline: Readonly<Record<string, string>> | undefined,
  plugin: string,
) => ProviderResource;
