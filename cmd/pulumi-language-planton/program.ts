import { catalog } from "../../apis/gen/catalog.js";
import { PlantonError } from "../../contract/planton-error.js";
import { nodeTransport } from "../../http/transport.js";
import { modules, providerFactories } from "../../modules/gen/modules.js";
import { vendors } from "../../modules/gen/vendors.js";
import { handleRun } from "../../runner/host/handle-run.js";
import type { RunRequest } from "../../runner/host/run-request.js";

/** Runs the program of a stack; false when it failed and the reason was shown. */
export function run(request: RunRequest): Promise<boolean> {
  return handleRun(request, {
    catalog,
    vendors,
    loadModule: (kind) => entryOf(modules, kind)(),
    loadProviderFactory: (provider) => entryOf(providerFactories, provider)(),
    env: process.env,
    fetch: nodeTransport,
    now: Date.now,
  });
}

function entryOf<Value>(entries: ReadonlyMap<string, Value>, name: string): Value {
  const value = entries.get(name);
  if (value === undefined)
    throw new PlantonError({ code: "E_INTERNAL", message: `the language host holds nothing for "${name}"` });
  return value;
}
