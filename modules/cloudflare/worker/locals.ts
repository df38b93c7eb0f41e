import type { Output } from "@pulumi/pulumi";
import {
  CloudflareWorkerSpec_AdoptionPolicy as AdoptionPolicy,
  type CloudflareWorkerSpec,
  type CloudflareWorkerSpec_Assets,
  type CloudflareWorkerSpec_Migration,
  type CloudflareWorkerStackInput,
  CloudflareWorkerSpec_Assets_HtmlHandling as HtmlHandling,
  CloudflareWorkerSpec_Assets_NotFoundHandling as NotFoundHandling,
} from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_worker_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";
import { bindingsOf, type WorkerBinding } from "./bindings.js";
import { fileCode, folderCode, inlineCode, type ScriptCode } from "./script-files.js";
import { stageAssets } from "./staged-assets.js";

interface TailConsumer {
  readonly service: Output<string>;
  readonly environment?: string;
  readonly namespace?: string;
}

interface AssetsArgs {
  readonly directory: string;
  readonly config: {
    readonly htmlHandling: string;
    readonly notFoundHandling: string;
    readonly runWorkerFirst?: boolean | string[];
    readonly headers?: string;
    readonly redirects?: string;
  };
}

/** Migrations that are not applied yet. */
export interface MigrationArgs {
  readonly oldTag?: string;
  readonly newTag: string;
  readonly steps: {
    readonly newClasses: string[];
    readonly newSqliteClasses: string[];
    readonly renamedClasses: { readonly from: string; readonly to: string }[];
    readonly deletedClasses: string[];
  }[];
}

/** The values of a Worker. */
export interface WorkerLocals {
  readonly accountId: string;
  readonly name: string;
  /** Undefined: static assets alone, or a run that changes nothing. */
  readonly code: ScriptCode | undefined;
  readonly assets: AssetsArgs | undefined;
  readonly leftOut: readonly string[] | undefined;
  readonly compatibilityDate: string;
  readonly compatibilityFlags: string[];
  readonly bindings: WorkerBinding[];
  readonly migrations: MigrationArgs | undefined;
  /** Tag of the last migration; undefined: there are none. */
  readonly lastMigration: string | undefined;
  readonly observability: { readonly enabled: boolean; readonly headSamplingRate: number } | undefined;
  readonly smartPlacement: boolean;
  readonly limits: { readonly cpuMs?: number; readonly subrequests?: number } | undefined;
  readonly logpush: boolean;
  readonly tailConsumers: TailConsumer[];
  readonly workersDev: { readonly enabled: boolean; readonly previewsEnabled: boolean } | undefined;
  readonly routes: readonly { readonly pattern: string; readonly zoneId: Output<string> }[];
  readonly customDomains: readonly { readonly hostname: string; readonly zoneId: Output<string> }[];
  readonly schedules: readonly string[];
  /** True when a Worker of that name that this stack did not make is overwritten. */
  readonly adopts: boolean;
}

/** Type token of a Worker's script. */
export const scriptType = "cloudflare:index/workersScript:WorkersScript";

/** The values of a Worker's manifest. Throws E_FILESYSTEM for files that cannot be sent, E_RULE_VIOLATED for no JSON. */
export function locals(input: CloudflareWorkerStackInput, context: ModuleContext): WorkerLocals {
  const spec = present(input.target?.spec, "target.spec");
  const zone = (field: Parameters<ModuleContext["input"]>[0]): Output<string> =>
    present(context.input(field), "target.spec.routes.zone_id");
  const { limits, observability, workersDev } = spec;
  const name = spec.workerName ?? context.resourceName;
  const code = context.appliesManifest ? codeOf(spec, context) : undefined;
  const assets = spec.assets && context.appliesManifest ? assetsOf(spec.assets, context) : undefined;
  return {
    accountId: context.account(),
    name,
    code,
    assets: assets?.args,
    leftOut:
      spec.modules === undefined && spec.assets === undefined
        ? undefined
        : [...(code?.leftOut ?? []), ...(assets?.leftOut ?? [])],
    compatibilityDate: present(spec.compatibilityDate, "target.spec.compatibility_date"),
    compatibilityFlags: spec.compatibilityFlags,
    bindings: bindingsOf(spec, context),
    lastMigration: spec.migrations.at(-1)?.tag,
    migrations: migrationsOf(spec.migrations, appliedTag(name, context)),
    observability: observability && {
      enabled: observability.enabled ?? true,
      headSamplingRate: observability.headSamplingRate ?? 1,
    },
    smartPlacement: spec.smartPlacement ?? false,
    limits: limits && {
      ...(limits.cpuMs === undefined ? {} : { cpuMs: limits.cpuMs }),
      ...(limits.subrequests === undefined ? {} : { subrequests: limits.subrequests }),
    },
    logpush: spec.logpush ?? false,
    tailConsumers: spec.tailConsumers.map(({ service, environment, namespace }) => ({
      service: present(context.input(service), "target.spec.tail_consumers.service"),
      ...(environment === undefined ? {} : { environment }),
      ...(namespace === undefined ? {} : { namespace }),
    })),
    workersDev: workersDev && {
      enabled: workersDev.enabled ?? true,
      previewsEnabled: workersDev.previewsEnabled ?? false,
    },
    routes: spec.routes.map(({ pattern, zoneId }) => ({ pattern, zoneId: zone(zoneId) })),
    customDomains: spec.customDomains.map(({ hostname, zoneId }) => ({ hostname, zoneId: zone(zoneId) })),
    schedules: [...spec.schedules].sort(),
    adopts: spec.adoptionPolicy === AdoptionPolicy.adopt_if_found,
  };
}

function codeOf(
  { content, scriptFile, modules, mainModule = "index.js" }: CloudflareWorkerSpec,
  context: ModuleContext,
): ScriptCode | undefined {
  if (content !== undefined) return inlineCode(mainModule, content);
  if (scriptFile !== undefined) return fileCode(mainModule, context.localPath(scriptFile));
  return modules && folderCode(modules.entry, context.localPath(modules.directory));
}

const notFoundWords: Readonly<Record<number, string>> = {
  [NotFoundHandling.nothing]: "none",
  [NotFoundHandling.page_404]: "404-page",
  [NotFoundHandling.single_page_application]: "single-page-application",
};

function assetsOf(
  {
    directory,
    htmlHandling,
    notFoundHandling,
    runWorkerFirst,
    runWorkerFirstRules: rules,
  }: CloudflareWorkerSpec_Assets,
  context: ModuleContext,
): { readonly args: AssetsArgs; readonly leftOut: readonly string[] } {
  const staged = stageAssets(context.localPath(directory));
  const { headers, redirects, leftOut } = staged;
  const html = present(htmlHandling, "target.spec.assets.html_handling");
  const notFound = present(notFoundHandling, "target.spec.assets.not_found_handling");
  const config = {
    htmlHandling: HtmlHandling[html].replaceAll("_", "-"),
    notFoundHandling: notFoundWords[notFound] ?? "none",
    ...(rules.length > 0 ? { runWorkerFirst: rules } : runWorkerFirst === true ? { runWorkerFirst } : {}),
    ...(headers === undefined ? {} : { headers }),
    ...(redirects === undefined ? {} : { redirects }),
  };
  return { args: { directory: staged.directory, config }, leftOut };
}

/** The tag that the script was last sent with. */
function appliedTag(name: string, context: ModuleContext): string | undefined {
  const held = context.inState(scriptType).find(({ inputs }) => inputs["scriptName"] === name);
  const { annotations } = (held?.inputs ?? {}) as { readonly annotations?: { readonly workersTag?: unknown } };
  return typeof annotations?.workersTag === "string" ? annotations.workersTag : undefined;
}

/** The steps after the one that was applied last: Cloudflare refuses those that were (code 10079). */
function migrationsOf(
  migrations: readonly CloudflareWorkerSpec_Migration[],
  applied: string | undefined,
): MigrationArgs | undefined {
  const start = migrations.findIndex(({ tag }) => tag === applied) + 1;
  const steps = migrations.slice(start);
  const last = steps.at(-1);
  if (last === undefined) return undefined;
  return {
    ...(start === 0 || applied === undefined ? {} : { oldTag: applied }),
    newTag: last.tag,
    steps: steps.map(({ newClasses, newSqliteClasses, renamedClasses, deletedClasses }) => ({
      newClasses,
      newSqliteClasses,
      renamedClasses: renamedClasses.map(({ from, to }) => ({ from, to })),
      deletedClasses,
    })),
  };
}
