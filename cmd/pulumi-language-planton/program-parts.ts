import { catalog } from "../../apis/gen/catalog.js";
import { PlantonError } from "../../contract/planton-error.js";
import { modules, providerFactories } from "../../modules/gen/modules.js";
import { vendors } from "../../modules/gen/vendors.js";
import type { RequiredPlugin, RunRequest } from "../../runner/host/language-service.js";
import { requiredPlugins } from "../../runner/host/required-plugins.js";
import { leanFetch } from "../../runner/lean-fetch.js";

/** The plugins that the programs of a project folder need. */
export function pluginsOf(rootDirectory: string): readonly RequiredPlugin[] {
  return requiredPlugins({ rootDirectory, catalog, vendors, env: process.env });
}

/** Runs the program of a stack; false when it failed and the reason was shown. Loads what only programs need. */
export async function run(request: RunRequest): Promise<boolean> {
  const { runStack } = await import("../../runner/host/run-stack.js");
  return runStack(request, {
    catalog,
    vendors,
    loadModule: (kind) => entryOf(modules, kind)(),
    loadProviderFactory: (provider) => entryOf(providerFactories, provider)(),
    env: process.env,
    fetch: leanFetch,
    now: Date.now,
  });
}

function entryOf<Value>(entries: ReadonlyMap<string, Value>, name: string): Value {
  const value = entries.get(name);
  if (value === undefined)
    throw new PlantonError({ code: "E_INTERNAL", message: `the language host holds nothing for "${name}"` });
  return value;
}
