import { all } from "@pulumi/pulumi";
import type { CloudflarePagesProjectStackOutputs } from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_pages_project_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { PagesProjectLocals } from "./locals.js";
import type { PagesProjectResources } from "./resources.js";

/** The stack outputs of a project. */
export function outputs(
  { project, config, deployment }: PagesProjectResources,
  { accountId, domains }: PagesProjectLocals,
): OutputsOf<CloudflarePagesProjectStackOutputs> {
  return {
    projectName: project.name,
    subdomain: project.subdomain,
    domainUrls: domains.map(({ domain }) => `https://${domain}`),
    deploymentUrl: deployment?.url,
    isDeploymentPending:
      deployment && all([config.productionHash, deployment.configHash]).apply(([wanted, live]) => wanted !== live),
    createdOn: project.createdOn,
    accountId,
    leftOut: deployment?.leftOut.apply((paths) => (paths === undefined ? undefined : [...paths])),
  };
}
