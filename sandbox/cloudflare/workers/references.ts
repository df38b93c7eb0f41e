import { isJsonObject, type JsonObject } from "../../kit/base/json-fields.js";
import { accountItems, type Request } from "../cloudflare-request.js";
import { refusal } from "../envelope.js";
import { liveVersion, scriptsOf, type WorkerScript } from "./worker-script.js";

/** One binding of somebody to a Worker. */
interface Reference {
  readonly name: string;
  readonly service: string;
}

/** Who binds to a Worker. */
export interface References {
  readonly workers: readonly Reference[];
  readonly pages: readonly Reference[];
  readonly durableObjects: readonly Reference[];
  readonly tails: readonly string[];
}

/** Who binds to a Worker with its live version, or as a Pages project. */
export function referencesTo({ name }: WorkerScript, request: Request): References {
  const others = scriptsOf(request).filter((other) => other.name !== name);
  const bindings = others.flatMap((other) =>
    liveVersion(other).bindings.map((binding) => ({ binding, service: other.name })),
  );
  const by = (isMeant: (binding: JsonObject) => boolean): Reference[] =>
    bindings.filter(({ binding }) => isMeant(binding)).map(({ binding, service }) => ({ name: binding.name, service }));
  return {
    workers: by((binding) => binding["type"] === "service" && binding["service"] === name),
    durableObjects: by((binding) => binding["type"] === "durable_object_namespace" && binding["script_name"] === name),
    pages: accountItems<JsonObject>(request, "pages_projects").flatMap((project) => pagesReferences(project, name)),
    tails: others
      .filter(({ settings }) => JSON.stringify(settings["tail_consumers"] ?? []).includes(`"service":"${name}"`))
      .map((other) => other.name),
  };
}

function pagesReferences(project: JsonObject, worker: string): readonly Reference[] {
  const configs = isJsonObject(project["deployment_configs"]) ? Object.values(project["deployment_configs"]) : [];
  return configs.flatMap((config) => {
    const services = isJsonObject(config) && isJsonObject(config["services"]) ? config["services"] : {};
    return Object.entries(services).flatMap(([name, binding]) =>
      isJsonObject(binding) && binding["service"] === worker ? [{ name, service: String(project["name"]) }] : [],
    );
  });
}

/** Refuses to delete a Worker that others bind to: 10142 (Cloudflare's clients, read 2026-11). */
export function assertUnused(script: WorkerScript, request: Request): void {
  const { workers, pages, durableObjects, tails } = referencesTo(script, request);
  const users = [...workers, ...pages, ...durableObjects].map(({ name, service }) => `'${service}' (${name})`);
  const all = [...users, ...tails.map((name) => `'${name}' (tail)`)];
  if (all.length === 0) return;
  throw refusal(400, 10142, `Worker '${script.name}' is in use by other Workers or Pages: ${all.join(", ")}`);
}
