import { catalog } from "../../apis/gen/catalog.js";
import { PlantonError } from "../../contract/planton-error.js";
import { modules, providerFactories } from "../../modules/gen/modules.js";
import { vendors } from "../../modules/gen/vendors.js";
import { languageService } from "../../runner/host/language-service.js";
import { requiredPlugins } from "../../runner/host/required-plugins.js";
import { runStack } from "../../runner/host/run-stack.js";
import { serveLanguageHost } from "../../runner/host/serve-language-host.js";

declare const PLANTON_VERSION: string;

const engineAddress = process.argv.at(-1) ?? "";
const service = languageService({
  version: PLANTON_VERSION,
  engineAddress,
  requiredPlugins: (rootDirectory) => requiredPlugins({ rootDirectory, catalog, vendors, env: process.env }),
  run: async (request) => {
    const succeeded = await runStack(request, {
      catalog,
      vendors,
      loadModule: (kind) => entryOf(modules, kind)(),
      loadProviderFactory: (provider) => entryOf(providerFactories, provider)(),
      env: process.env,
      fetch: globalThis.fetch,
      now: Date.now,
    });
    globalThis.plantonWriteCodeCache?.();
    return succeeded;
  },
});

serveLanguageHost(service, {
  announce: (line) => process.stdout.write(line),
  parentPid: () => process.ppid,
  exit: (code) => process.exit(code),
  onSignal: (signal, listener) => process.on(signal, listener),
});

function entryOf<Value>(entries: Readonly<Record<string, Value>> | ReadonlyMap<string, Value>, name: string): Value {
  const value = entries instanceof Map ? entries.get(name) : (entries as Readonly<Record<string, Value>>)[name];
  if (value === undefined)
    throw new PlantonError({ code: "E_INTERNAL", message: `the language host holds nothing for "${name}"` });
  return value;
}
