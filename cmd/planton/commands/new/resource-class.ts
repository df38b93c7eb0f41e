import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { camelCase } from "../../../../contract/fields/field-names.js";
import { PlantonError } from "../../../../contract/planton-error.js";
import { suggest } from "../../../../runner/system/suggest.js";
import type { Checkout } from "./checkout.js";
import type { KindNames } from "./kind-names.js";

/** An input that a resource cannot be made without. */
export interface RequiredInput {
  /** In camelCase. */
  readonly name: string;
  readonly type: "string" | "number";
}

/** The class of the Pulumi resource that a kind makes. */
export interface ResourceClass {
  readonly name: string;
  /** What a module imports it from. */
  readonly module: string;
  /** Whether it takes a name, and the mark of the owning stack. */
  readonly inputs: { readonly name: boolean; readonly owner: boolean };
  /** The others that it needs. */
  readonly required: readonly RequiredInput[];
}

/** The first plugin of a provider as its adapter says it. */
interface ProviderPlugin {
  readonly plugin: string;
  readonly isOwn: boolean;
}

/** The first plugin of a provider's adapter. Throws E_INTERNAL when the adapter does not say it in the usual way. */
export function readPlugin({ root }: Checkout, provider: string): ProviderPlugin {
  const file = `modules/${provider}/_shared/vendor.ts`;
  const text = readFileSync(join(root, file), "utf8");
  const [, plugin, isOwn] =
    /^ {2}plugins: \[\s*\{ name: "([^"]+)", version: "[^"]+", isOwn: (true|false) \}/m.exec(text) ?? [];
  if (plugin !== undefined) return { plugin, isOwn: isOwn === "true" };
  throw new PlantonError({ code: "E_INTERNAL", message: `"${file}" does not name the plugin` });
}

/**
 * The class of a kind: of the plugin's own generated classes, or of the vendor's package. Undefined: planton's own plugin
 * has none. Throws E_USAGE when the classes are not generated, when the package has none, or one with required inputs that
 * are neither strings nor numbers.
 */
export function findResourceClass(
  { root }: Checkout,
  { plugin, isOwn }: ProviderPlugin,
  { kind, rest, provider }: Pick<KindNames, "kind" | "rest" | "provider">,
): ResourceClass | undefined {
  if (isOwn) {
    const file = `modules/gen/resources/${plugin}.ts`;
    if (!existsSync(join(root, file))) {
      throw new PlantonError({
        code: "E_USAGE",
        message: `"${file}" is not generated yet`,
        hint: "run make gen first",
      });
    }
    const args = argsIn(readFileSync(join(root, file), "utf8"), rest);
    return args && { name: rest, module: `../../gen/resources/${plugin}.js`, ...inputsOf(kind, args) };
  }
  const [packageName, file] = [`@pulumi/${plugin}`, rest.charAt(0).toLowerCase() + rest.slice(1)];
  const folder = join(root, "node_modules", packageName);
  const path = join(folder, `${file}.d.ts`);
  const args = existsSync(path) ? argsIn(readFileSync(path, "utf8"), rest) : undefined;
  if (args !== undefined) return { name: rest, module: `${packageName}/${file}.js`, ...inputsOf(kind, args) };
  const files = readdirSync(folder).filter((name) => /^[a-z]\w+\.d\.ts$/.test(name) && !name.startsWith("get"));
  const meant = suggest(
    rest,
    files.map((name) => name.charAt(0).toUpperCase() + name.slice(1, -".d.ts".length)),
  );
  throw new PlantonError({
    code: "E_USAGE",
    message: `the package "${packageName}" has no resource "${rest}", after which the kind "${kind}" is called`,
    hint:
      meant === undefined
        ? `call the kind "${provider.prefix}" and the name of a resource of the package`
        : `did you mean ${provider.prefix}${meant}?`,
  });
}

/** The declared inputs of a class by name, with "?" where they may be left out; undefined when there is no such class. */
function argsIn(text: string, name: string): ReadonlyMap<string, string> | undefined {
  const [, body] = new RegExp(`^export interface ${name}Args \\{\\n([\\s\\S]*?)^\\}`, "m").exec(text) ?? [];
  if (body === undefined) return undefined;
  const members = body.matchAll(/^ +(?:readonly )?(\w+\??): (.+);$/gm);
  return new Map([...members].map(([, key = "", type = ""]) => [key, type]));
}

function inputsOf(kind: string, args: ReadonlyMap<string, string>): Pick<ResourceClass, "inputs" | "required"> {
  const has = (name: string): boolean => args.has(name) || args.has(`${name}?`);
  const needed = [...args].filter(([name]) => !name.endsWith("?") && name !== "name" && name !== "owner");
  const required = needed.map(([name, type]) => ({ name, type: /\b(string|number)\b/.exec(type)?.[1] }));
  const plain = (type: string): boolean => !/\[\]|inputs\.|Args\b|Record</.test(type);
  const other = needed.filter(([name, type]) => !plain(type) || !required.some((one) => one.name === name && one.type));
  if (other.length > 0) {
    throw new PlantonError({
      code: "E_USAGE",
      message: `the resource of "${kind}" needs inputs that are no plain values: ${other.map(([name]) => name).join(", ")}`,
      hint: "write its files by hand, as docs/adding-a-kind.md shows them",
    });
  }
  return {
    inputs: { name: has("name"), owner: has("owner") },
    // Every other type was refused.
    required: required as readonly RequiredInput[],
  };
}

/** A required input as a proto field: "public_key". */
export function protoName(name: string): string {
  const snake = name.replaceAll(/([A-Z])/g, "_$1").toLowerCase();
  // What the generators make of the field is the input's name again.
  return camelCase(snake) === name ? snake : name.toLowerCase();
}
