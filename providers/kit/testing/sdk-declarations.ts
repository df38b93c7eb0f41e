import { expect } from "vitest";
import type { Provider } from "../resource/provider.js";
import type { PropertyDeclarations, PropertyType } from "../schema/property-declaration.js";

/** Properties of an SDK's resource or function: types by name, with `?` where one may be left out. */
interface SdkProperties {
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** Names of outputs that the SDK makes secret. */
  readonly secrets?: readonly string[];
}

/** What `make gen` writes of an SDK. */
export interface SdkDeclarations {
  readonly version: string;
  readonly provider: { readonly inputs: Readonly<Record<string, string>> };
  readonly resources: Readonly<Record<string, SdkProperties>>;
  readonly functions: Readonly<Record<string, SdkProperties>>;
}

function describeType(type: PropertyType): string {
  switch (type.kind) {
    case "list":
    case "set":
      return `${describeType(type.element)}[]`;
    case "object":
      return `{ ${Object.entries(describeInputs(type.properties))
        .map(([name, entry]) => `${name}: ${entry}`)
        .join("; ")} }`;
    case "integer":
      return "number";
    default:
      return type.kind;
  }
}

function describeInputs(declarations: PropertyDeclarations): Record<string, string> {
  const entries = Object.entries(declarations).map(([name, { type, required }]) => [
    `${name}${required ? "" : "?"}`,
    describeType(type),
  ]);
  return Object.fromEntries(entries);
}

/** Whether a value may be absent is not declared for outputs. */
function withoutMarks(properties: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, type]) => [name.replace("?", ""), type.replaceAll("?", "")]),
  );
}

/** Expects version, configuration and the list of tokens of a stand-in to be those of the SDK. */
export function expectSdkProvider<Api>(provider: Provider<Api>, sdk: SdkDeclarations): void {
  expect(provider.version).toBe(sdk.version);
  expect(describeInputs(provider.config)).toEqual(sdk.provider.inputs);
  expect(provider.resources.map(({ type }) => type).sort()).toEqual(Object.keys(sdk.resources).sort());
  expect(provider.functions.map(({ token }) => token).sort()).toEqual(Object.keys(sdk.functions));
}

/** Expects the properties of a resource or function to be those of the SDK, with their types. */
export function expectSdkProperties(
  declared: { readonly inputs: PropertyDeclarations; readonly outputs: PropertyDeclarations },
  sdk: SdkProperties | undefined,
): void {
  const all = sdk?.secrets === undefined ? declared.outputs : { ...declared.inputs, ...declared.outputs };
  expect(describeInputs(declared.inputs)).toEqual(sdk?.inputs);
  expect(withoutMarks(describeInputs(all))).toEqual(withoutMarks(sdk?.outputs ?? {}));
  if (sdk?.secrets === undefined) return;
  expect(
    Object.keys(all)
      .filter((name) => all[name]?.secret)
      .sort(),
  ).toEqual(sdk.secrets);
}
