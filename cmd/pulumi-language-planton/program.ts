import type { KindFacts } from "../../contract/catalog.js";
import { PlantonError } from "../../contract/planton-error.js";
import { tracedTransport } from "../../http/traced-transport.js";
import { nodeTransport } from "../../http/transport.js";
import { modules, providerFactories } from "../../modules/gen/modules.js";
import { vendors } from "../../modules/gen/vendors.js";
import { handleRun } from "../../runner/host/handle-run.js";
import type { RunRequest } from "../../runner/host/run-request.js";
import { checkedInputs } from "../catalog/checked-inputs.js";
import type { OpenCatalog } from "../catalog/load-catalog-package.js";
import { openCatalog } from "../catalog/open-catalog.js";
import { openProcessTrace } from "../launch/process-trace.js";
import { writeText } from "../planton/render/write-text.js";

let opened: Promise<OpenCatalog> | undefined;
const show = (line: string): void => writeText("stderr", `${line}\n`);
const trace = openProcessTrace({ name: "host", env: process.env, show });

/** The kinds of this process. */
function open(): Promise<OpenCatalog> {
  opened ??= openCatalog(process.env, () => import("@pulumi/pulumi"));
  return opened;
}

/** Runs the program of a stack; false when it failed and the reason was shown. */
export async function run(request: RunRequest): Promise<boolean> {
  const { catalog, modules: others } = await open();
  return await handleRun(request, {
    catalog,
    vendors,
    loadModule: (kind) => (others[kind] ?? entryOf(modules, kind))(),
    loadProviderFactory: (provider) => entryOf(providerFactories, provider)(),
    env: process.env,
    fetch: tracedTransport(nodeTransport, trace),
    trace,
    checked: checkedInputs(process.env),
    now: Date.now,
  });
}

/** The kinds of planton and those of the user's catalog. Throws E_CATALOG. */
export async function kinds(): Promise<readonly KindFacts[]> {
  return (await open()).catalog.kinds;
}

function entryOf<Value>(entries: ReadonlyMap<string, Value>, name: string): Value {
  const value = entries.get(name);
  if (value === undefined)
    throw new PlantonError({ code: "E_INTERNAL", message: `the language host holds nothing for "${name}"` });
  return value;
}
