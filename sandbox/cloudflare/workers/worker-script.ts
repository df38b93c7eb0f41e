import type { JsonObject } from "../../kit/base/json-fields.js";
import { collectedItems } from "../../kit/vendor/plain-collection.js";
import { accountItems, type Request } from "../cloudflare-request.js";
import { refusal } from "../envelope.js";

/** A binding as it is kept: of a secret there is the digest alone. */
export type Binding = JsonObject & { readonly name: string; readonly type: string };

/** One module, or the script in service-worker syntax. */
export interface ScriptModule {
  readonly name: string;
  readonly type: string;
  readonly base64: string;
}

/** The static files of a version. */
export interface VersionAssets {
  readonly config: JsonObject;
  /** Hashes by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** What one upload made. */
export interface ScriptVersion {
  readonly id: string;
  readonly number: number;
  readonly created_on: string;
  readonly annotations: JsonObject;
  readonly modules: readonly ScriptModule[];
  /** "" in service-worker syntax, and without a script. */
  readonly main_module: string;
  readonly etag: string;
  bindings: readonly Binding[];
  readonly assets: VersionAssets | undefined;
  /** compatibility_date, compatibility_flags, usage_model, limits, placement. */
  settings: JsonObject;
}

/** A class of durable objects with its namespace. */
export interface DurableClass {
  readonly id: string;
  class: string;
  readonly sqlite: boolean;
}

/** A Worker. */
export interface WorkerScript {
  readonly name: string;
  readonly tag: string;
  readonly created_on: string;
  modified_on: string;
  /** Newest last. */
  versions: ScriptVersion[];
  /** The version that requests meet. */
  live: string;
  deployments: { readonly id: string; readonly version: string; readonly created_on: string }[];
  migration_tag: string | undefined;
  classes: DurableClass[];
  subdomain: { enabled: boolean; previews_enabled: boolean };
  schedules: { readonly cron: string; readonly created_on: string; readonly modified_on: string }[];
  /** logpush, observability, tail_consumers, tags: they belong to no version. */
  settings: JsonObject;
}

/** A route of a zone. */
export interface WorkerRoute {
  readonly id: string;
  readonly pattern: string;
  readonly script: string | null;
}

/** A host name of a Worker. */
export interface WorkerDomain {
  readonly id: string;
  readonly hostname: string;
  readonly service: string;
  readonly environment: string;
  readonly zone_id: string;
  readonly zone_name: string;
  readonly cert_id: string;
}

/** The Workers of the account that the path names. */
export function scriptsOf(request: Request): WorkerScript[] {
  return accountItems<WorkerScript>(request, "worker_scripts");
}

/** The host names of Workers of the account that the path names. */
export function domainsOf(request: Request): WorkerDomain[] {
  return accountItems<WorkerDomain>(request, "worker_domains");
}

/** The routes of a zone. */
export function routesOf(request: Request, zone: string): WorkerRoute[] {
  return collectedItems<WorkerRoute>(request, `worker_routes of ${zone}`);
}

/** The Worker that the path names. Throws the Refusal 10007. */
export function scriptOf(request: Request): WorkerScript {
  const found = scriptsOf(request).find(({ name }) => name === request.params["script"]);
  if (found === undefined) throw refusal(404, 10007, "This Worker does not exist on your account.");
  return found;
}

/** The version that requests meet. */
export function liveVersion({ versions, live }: WorkerScript): ScriptVersion {
  const found = versions.find(({ id }) => id === live) ?? versions.at(-1);
  if (found === undefined) throw new TypeError("a Worker without a version");
  return found;
}
