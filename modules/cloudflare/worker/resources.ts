import { WorkersCronTrigger } from "@pulumi/cloudflare/workersCronTrigger.js";
import { WorkersCustomDomain } from "@pulumi/cloudflare/workersCustomDomain.js";
import { WorkersRoute } from "@pulumi/cloudflare/workersRoute.js";
import { WorkersScript, type WorkersScriptArgs } from "@pulumi/cloudflare/workersScript.js";
import { WorkersScriptSubdomain } from "@pulumi/cloudflare/workersScriptSubdomain.js";
import { output } from "@pulumi/pulumi";
import type { ModuleContext } from "../../../contract/module.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { scriptType, type WorkerLocals } from "./locals.js";

/** The resources of the kind. */
export interface WorkerResources {
  readonly script: WorkersScript;
}

/** Makes the Worker, and where requests come from. */
export function resources(locals: WorkerLocals, context: ModuleContext): WorkerResources {
  const { accountId, migrations, observability, limits } = locals;
  const script = new WorkersScript(
    context.name,
    {
      accountId,
      scriptName: output(assertOurs(locals, context).then(() => locals.name)),
      ...(context.appliesManifest ? sentCode(locals) : heldCode(context)),
      compatibilityDate: locals.compatibilityDate,
      compatibilityFlags: locals.compatibilityFlags,
      bindings: locals.bindings,
      // It says which migration was applied last, so that it is not sent again.
      ...(locals.lastMigration === undefined ? {} : { annotations: { workersTag: locals.lastMigration } }),
      ...(migrations === undefined ? {} : { migrations }),
      ...(observability === undefined ? {} : { observability }),
      ...(locals.smartPlacement ? { placement: { mode: "smart" } } : {}),
      ...(limits === undefined ? {} : { limits }),
      logpush: locals.logpush,
      tailConsumers: locals.tailConsumers,
    },
    context.primary(),
  );
  const place = { accountId, scriptName: script.scriptName };
  if (locals.workersDev !== undefined) {
    new WorkersScriptSubdomain(
      `${context.name}-workers-dev`,
      { ...place, ...locals.workersDev },
      context.companion("-workers-dev"),
    );
  }
  for (const { pattern, zoneId } of locals.routes) {
    const suffix = `-route-${pattern}`;
    new WorkersRoute(
      `${context.name}${suffix}`,
      { zoneId, pattern, script: script.scriptName },
      context.companion(suffix),
    );
  }
  for (const { hostname, zoneId } of locals.customDomains) {
    const suffix = `-domain-${hostname}`;
    // The new one has the id of the old one, whose deletion would take both.
    new WorkersCustomDomain(
      `${context.name}${suffix}`,
      { accountId, hostname, zoneId, service: script.scriptName },
      context.companion(suffix, { deleteBeforeReplace: true }),
    );
  }
  // The plugin does not delete schedules, so that those that the manifest has no more are set to none.
  const hasSchedules = locals.schedules.length > 0 || context.inState(cronType).length > 0;
  if (hasSchedules) {
    new WorkersCronTrigger(
      `${context.name}-schedules`,
      { ...place, schedules: locals.schedules.map((cron) => ({ cron })) },
      context.companion("-schedules"),
    );
  }
  return { script };
}

type CodeArgs = Partial<Pick<WorkersScriptArgs, "content" | "mainModule" | "files" | "assets">>;

function sentCode({ code, assets }: WorkerLocals): CodeArgs {
  const hasFiles = Object.keys(code?.files ?? {}).length > 0;
  return {
    ...(code === undefined ? {} : { content: code.content, mainModule: code.mainModule }),
    ...(code !== undefined && hasFiles ? { files: code.files } : {}),
    ...(assets === undefined ? {} : { assets }),
  };
}

/** What the state has of code and files, for a run that changes nothing: they need not be on this machine then. */
function heldCode(context: ModuleContext): CodeArgs {
  const [held] = context.inState(scriptType);
  const names = ["content", "mainModule", "files", "assets"];
  // Of these names the state has what an earlier run sent.
  return Object.fromEntries(Object.entries(held?.inputs ?? {}).filter(([name]) => names.includes(name))) as CodeArgs;
}

const cronType = "cloudflare:index/workersCronTrigger:WorkersCronTrigger";

/**
 * An upload takes over a Worker of that name whoever made it, so that one which the state does not have is looked for
 * first. Throws E_VENDOR.
 */
async function assertOurs({ accountId, name, adopts }: WorkerLocals, context: ModuleContext): Promise<void> {
  const isHeld = context.inState(scriptType).some(({ inputs }) => inputs["scriptName"] === name);
  if (isHeld || adopts || context.imports || !context.appliesManifest) return;
  const found = await context.existing(scriptType, name, { accountId });
  if (found === undefined || found === "absent") return;
  throw new PlantonError({
    code: "E_VENDOR",
    message: `there is a Worker "${name}" already, and this stack did not make it`,
    hint: `give spec.worker_name another name, write metadata.import_id: ${accountId}/${name}, or overwrite it by spec.adoption_policy: adopt_if_found`,
  });
}
