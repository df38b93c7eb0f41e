import type { CloudflareWorkerStackOutputs } from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_worker_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { WorkerLocals } from "./locals.js";
import type { WorkerResources } from "./resources.js";

/** The stack outputs of a Worker. */
export function outputs(
  { script }: WorkerResources,
  { accountId, customDomains, routes, leftOut }: WorkerLocals,
): OutputsOf<CloudflareWorkerStackOutputs> {
  return {
    scriptId: script.id,
    scriptName: script.scriptName,
    customDomainHostnames: customDomains.map(({ hostname }) => hostname),
    routePatterns: routes.map(({ pattern }) => pattern),
    accountId,
    leftOut: leftOut === undefined ? undefined : [...leftOut],
  };
}
