import type { CheckFailure } from "../schema/check-properties.js";
import type { PartialValuesOf, PropertyDeclarations, ValuesOf } from "../schema/property-declaration.js";
import type { PropertyMap } from "../schema/property-value.js";

/** A function as its file declares it. */
export interface FunctionDeclaration<Inputs extends PropertyDeclarations, Outputs extends PropertyDeclarations, Api> {
  /** Type token: "digitalocean:index/getVpc:getVpc". */
  readonly token: string;
  readonly description: string;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  /** Rules over several arguments. */
  readonly check?: (inputs: PropertyMap) => readonly CheckFailure[];
  readonly invoke: (
    inputs: ValuesOf<Inputs>,
    call: { readonly api: Api; readonly abandoned: AbortSignal },
  ) => Promise<PartialValuesOf<Outputs>>;
}

/** A function as the kit serves it. */
export interface ProviderFunction<Api> {
  readonly token: string;
  readonly description: string;
  readonly inputs: PropertyDeclarations;
  readonly outputs: PropertyDeclarations;
  readonly check: (inputs: PropertyMap) => readonly CheckFailure[];
  invoke(inputs: PropertyMap, call: { readonly api: Api; readonly abandoned: AbortSignal }): Promise<PropertyMap>;
}

/** Makes a function of its declaration. */
export function defineFunction<Api>() {
  return <const Inputs extends PropertyDeclarations, const Outputs extends PropertyDeclarations>(
    declaration: FunctionDeclaration<Inputs, Outputs, Api>,
  ): ProviderFunction<Api> => ({
    token: declaration.token,
    description: declaration.description,
    inputs: declaration.inputs,
    outputs: declaration.outputs,
    check: declaration.check ?? (() => []),
    // The kit checks the arguments against the same declarations before it calls.
    invoke: declaration.invoke as unknown as ProviderFunction<Api>["invoke"],
  });
}
