import Module, { register } from "node:module";
import * as protobuf from "@bufbuild/protobuf";
import * as codegen from "@bufbuild/protobuf/codegenv2";
import * as wkt from "@bufbuild/protobuf/wkt";
import * as validate from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import * as metadata from "../../apis/gen/es/planton/shared/v1/metadata_pb.js";
import * as options from "../../apis/gen/es/planton/shared/v1/options_pb.js";
import * as valueOrRef from "../../apis/gen/es/planton/shared/v1/value_or_ref_pb.js";
import type { Catalog } from "../../contract/catalog.js";
import { defineModule } from "../../contract/module.js";
import { PlantonError } from "../../contract/planton-error.js";
import { present } from "../../contract/present.js";

/** Modules by the name that a package imports them by. */
type SharedModules = ReadonlyMap<string, object>;

/**
 * What a package of kinds takes from this process, as descriptors and resources must be of the libraries that handle them:
 * what generated code imports, planton's own protos as `planton/apis/<path>_pb.js`, the contract as `planton/contract`, and
 * while a program runs @pulumi/pulumi.
 */
export function hostModules({ providers }: Catalog, sdk: object | undefined): SharedModules {
  return new Map<string, object>([
    ["@bufbuild/protobuf", protobuf],
    ["@bufbuild/protobuf/codegenv2", codegen],
    ["@bufbuild/protobuf/wkt", wkt],
    ["@bufbuild/protovalidate/gen/buf/validate/validate_pb.js", validate],
    ["planton/apis/planton/shared/v1/metadata_pb.js", metadata],
    ["planton/apis/planton/shared/v1/options_pb.js", options],
    ["planton/apis/planton/shared/v1/value_or_ref_pb.js", valueOrRef],
    ["planton/contract", { defineModule, PlantonError, present }],
    ...providers.map(({ config: { file } }): [string, object] => {
      return [`planton/apis/${file.name}_pb.js`, { [`file_${file.name.replaceAll("/", "_")}`]: file }];
    }),
    ...(sdk === undefined ? [] : [["@pulumi/pulumi", sdk] as const]),
  ]);
}

/** Under this name the modules that node makes of {@link loaderSource} find what they give on. */
const key = Symbol.for("planton.hostModules");

/** Hooks of node's loader of ES modules, which runs them in a thread of its own; data are the exports' names. */
const loaderSource = `
const scheme = "planton-host:";
let exportsOf;
export function initialize(data) {
  exportsOf = data;
}
export async function resolve(specifier, context, next) {
  return exportsOf.has(specifier) ? { url: scheme + specifier, shortCircuit: true } : next(specifier, context);
}
export async function load(url, context, next) {
  if (!url.startsWith(scheme)) return next(url, context);
  const specifier = url.slice(scheme.length);
  const lines = exportsOf.get(specifier).map((name, index) => {
    return "const e" + index + " = m[" + JSON.stringify(name) + "];\\nexport { e" + index + " as " + JSON.stringify(name) + " };";
  });
  const m = "const m = globalThis[Symbol.for('planton.hostModules')].get(" + JSON.stringify(specifier) + ");";
  return { format: "module", shortCircuit: true, source: [m, ...lines].join("\\n") };
}
`;

/** Lets every `import` and `require` of these names in this process give these modules. */
export function shareModules(modules: SharedModules): void {
  Object.defineProperty(globalThis, key, { value: modules, configurable: true });
  const data = new Map([...modules].map(([name, exported]) => [name, Object.keys(exported)]));
  register(`data:text/javascript,${encodeURIComponent(loaderSource)}`, { data });
  // An SDK that is no ES module asks for its own by `require`, which node 20 lets no hook see.
  const own = Module.prototype.require;
  Module.prototype.require = Object.assign(function (this: NodeJS.Module, name: string): unknown {
    const shared = modules.get(name);
    if (shared === undefined) return own.call(this, name);
    return "default" in shared ? shared.default : shared;
  }, own);
}
