import type { Clock } from "../../../contract/clock.js";
import type { CheckFailure } from "../schema/check-properties.js";
import type { Comparison, PartialValuesOf, PropertyDeclarations, ValuesOf } from "../schema/property-declaration.js";
import type { PropertyMap } from "../schema/property-value.js";

/** What every call of a resource gets. */
export interface ResourceCall<Api> {
  /** What the provider's `configure` made. */
  readonly api: Api;
  readonly clock: Clock;
  /** The engine's name of the resource; unique in its stack. */
  readonly urn: string;
  /** `customTimeouts` of the program, milliseconds; undefined: the resource's default. */
  readonly timeoutMs: number | undefined;
  /** Fires when the user asked the engine to stop: finish soon and give back what there is. */
  readonly cancelled: AbortSignal;
  /** Fires when nobody waits for the response any more. */
  readonly abandoned: AbortSignal;
}

/** What the state holds under the URN of a resource that is to be created: what is being replaced. */
export interface ReplacedResources {
  /** Those that the engine named; none when it only said that there is one. */
  readonly ids: ReadonlySet<string>;
}

/** What a creation gets beside its inputs. */
export interface CreateFacts {
  /** Undefined: the state holds nothing under this URN. */
  readonly replaced: ReplacedResources | undefined;
  /** Names of the inputs that were made, not given. */
  readonly generated: ReadonlySet<string>;
}

/** What a resource is after a call. */
export interface ResourceResult<State> {
  readonly id: string;
  readonly state: State;
  /** Why it is there and yet not finished; it is kept in the state with these reasons. Lower case, no secrets. */
  readonly incomplete?: readonly string[];
  /** Asks the engine to read the resource before the next update. */
  readonly refreshBeforeUpdate?: boolean;
}

/**
 * When a replacement deletes the old resource before the new one is made. Both rules read the inputs that can be
 * named automatically. "same-name": one was given by the user and keeps its value. "given-name": one was given by the
 * user, whatever changes: nameRequiresDeleteBeforeReplace of pulumi/pulumi-terraform-bridge v3.136.0
 * (pkg/tfbridge/schema.go) for a resource without UniqueNameFields.
 */
export type DeletesFirst = "same-name" | "given-name";

/** An operation with a custom timeout. */
export type TimeoutKey = "create" | "update" | "delete";

/** A resource as its file declares it; `Inputs` and `Outputs` give the types of the calls. */
export interface ResourceDeclaration<Inputs extends PropertyDeclarations, Outputs extends PropertyDeclarations, Api> {
  /** Type token: "digitalocean:index/vpc:Vpc". */
  readonly type: string;
  readonly description: string;
  readonly inputs: Inputs;
  /** What the vendor decides; the inputs are part of the state as well. */
  readonly outputs: Outputs;
  /** Properties of the state that another value of an input changes, by the input's name. */
  readonly outputsChangedBy?: Readonly<Record<string, readonly string[]>>;
  /** Outputs that never change once they are known. */
  readonly stableOutputs?: readonly string[];
  /** When a replacement deletes the old resource first. Default: "same-name". */
  readonly deletesFirst?: DeletesFirst;
  /** True: a failed update leaves the old state. Default: it keeps the resource with the new inputs, as incomplete. */
  readonly failedUpdateKeepsState?: true;
  /** The `customTimeouts` that it heeds; others are ignored with a warning. Default: all, without a warning. */
  readonly customTimeouts?: readonly TimeoutKey[];
  /**
   * Names the outputs that show that the resource is not ready; they count as changed, so that the next update goes on
   * with the work even when a refresh in between cleared the failure.
   */
  readonly unfinished?: (state: PropertyMap) => readonly string[];
  /** Changes that cannot be made, or replacements where `replaces` is true. Values may be unknown. */
  readonly refuseChange?: (comparison: Comparison, replaces: boolean) => readonly CheckFailure[];
  /** Rules over several inputs; gets inputs that passed all other checks and may hold unknowns. */
  readonly check?: (inputs: PropertyMap) => readonly CheckFailure[];
  /** A thrown error means that there is no resource. */
  readonly create: (
    call: ResourceCall<Api> & CreateFacts & { readonly inputs: ValuesOf<Inputs> },
  ) => Promise<ResourceResult<PartialValuesOf<Inputs & Outputs>>>;
  /** Gives undefined when the resource is gone. `importing`: only the id is known, the state is empty. */
  readonly read: (
    call: ResourceCall<Api> & {
      readonly id: string;
      readonly state: PartialValuesOf<Inputs & Outputs>;
      readonly importing: boolean;
    },
  ) => Promise<ResourceResult<PartialValuesOf<Inputs & Outputs>> | undefined>;
  /** `changed` names the inputs that differ. Absent: every change replaces. */
  readonly update?: (
    call: ResourceCall<Api> & {
      readonly id: string;
      readonly inputs: ValuesOf<Inputs>;
      readonly state: PartialValuesOf<Inputs & Outputs>;
      readonly changed: ReadonlySet<string>;
      /** Names of the inputs that were made, not given. */
      readonly generated: ReadonlySet<string>;
    },
  ) => Promise<ResourceResult<PartialValuesOf<Inputs & Outputs>>>;
  readonly delete: (
    call: ResourceCall<Api> & {
      readonly id: string;
      readonly state: PartialValuesOf<Inputs & Outputs>;
      /** The last inputs, also those whose change was no difference; empty when the engine does not send them. */
      readonly inputs: PartialValuesOf<Inputs>;
    },
  ) => Promise<void>;
}

interface UntypedCalls<Api> {
  create(
    call: ResourceCall<Api> & CreateFacts & { readonly inputs: PropertyMap },
  ): Promise<ResourceResult<PropertyMap>>;
  read(
    call: ResourceCall<Api> & { readonly id: string; readonly state: PropertyMap; readonly importing: boolean },
  ): Promise<ResourceResult<PropertyMap> | undefined>;
  update?(
    call: ResourceCall<Api> & {
      readonly id: string;
      readonly inputs: PropertyMap;
      readonly state: PropertyMap;
      readonly changed: ReadonlySet<string>;
      readonly generated: ReadonlySet<string>;
    },
  ): Promise<ResourceResult<PropertyMap>>;
  delete(
    call: ResourceCall<Api> & { readonly id: string; readonly state: PropertyMap; readonly inputs: PropertyMap },
  ): Promise<void>;
}

/** What is known of a resource without a request. */
export interface ResourceShape {
  readonly type: string;
  readonly description: string;
  readonly inputs: PropertyDeclarations;
  readonly outputs: PropertyDeclarations;
  readonly outputsChangedBy: Readonly<Record<string, readonly string[]>>;
  readonly stableOutputs: readonly string[];
}

/** A resource as the kit serves it. */
export interface Resource<Api> extends ResourceShape, UntypedCalls<Api> {
  readonly check: (inputs: PropertyMap) => readonly CheckFailure[];
  readonly deletesFirst: DeletesFirst;
  readonly failedUpdateKeepsState?: true | undefined;
  /** Undefined: all. */
  readonly customTimeouts: readonly TimeoutKey[] | undefined;
  readonly unfinished: (state: PropertyMap) => readonly string[];
  readonly refuseChange: (comparison: Comparison, replaces: boolean) => readonly CheckFailure[];
  /** Hears of each resource that the engine compares with its program, and so has as a present one. */
  readonly noteLive?: (id: string, state: PropertyMap) => void;
}

/** Makes a resource of its declaration. */
export function defineResource<Api>() {
  return <const Inputs extends PropertyDeclarations, const Outputs extends PropertyDeclarations>(
    declaration: ResourceDeclaration<Inputs, Outputs, Api>,
  ): Resource<Api> => {
    // The kit calls these with inputs that passed checkProperties against the same declarations, and with states
    // that they gave back themselves; that is what the declared types say.
    const calls = declaration as unknown as UntypedCalls<Api>;
    return {
      type: declaration.type,
      description: declaration.description,
      inputs: declaration.inputs,
      outputs: declaration.outputs,
      outputsChangedBy: declaration.outputsChangedBy ?? {},
      stableOutputs: declaration.stableOutputs ?? [],
      deletesFirst: declaration.deletesFirst ?? "same-name",
      failedUpdateKeepsState: declaration.failedUpdateKeepsState,
      customTimeouts: declaration.customTimeouts,
      check: declaration.check ?? (() => []),
      unfinished: declaration.unfinished ?? (() => []),
      refuseChange: declaration.refuseChange ?? (() => []),
      create: calls.create,
      read: calls.read,
      ...(calls.update === undefined ? {} : { update: calls.update }),
      delete: calls.delete,
    };
  };
}
