import { messageOf, PlantonError } from "../../../contract/planton-error.js";
import { urlSecrets } from "../../../contract/text/url-secrets.js";
import { chooseBackend } from "../../project/backend.js";
import { readProject } from "../../project/project-file.js";
import { namesOnly, projectTrust } from "../../project/project-trust.js";
import { pulumiProcess } from "../../pulumi/spawn-pulumi.js";
import { type Checkpoint, readCheckpoint } from "../../pulumi/state/checkpoint.js";
import type { Environment } from "../../system/planton-home.js";
import type { RunRequest } from "../run-request.js";

/**
 * The state of the stack as it was before this run, see {@link readCheckpoint}; pulumi is that of PATH. Throws E_PULUMI
 * when it cannot be asked.
 */
export async function readState(request: RunRequest, env: Environment): Promise<Checkpoint> {
  const { project, stack, rootDirectory: dir } = request;
  const { url: backendUrl } = chooseBackend({
    env,
    project: readProject(dir, namesOnly(projectTrust(env))),
    // Pulumi has chosen by now, and knows no planton.yaml.
    workspace: { ofWorkspace: undefined, ofEnvironment: undefined },
  });
  try {
    return await readCheckpoint(
      { backendUrl, project, stack, dir },
      pulumiProcess({ engine: { path: "pulumi" }, cwd: dir, env, secrets: urlSecrets(backendUrl) }),
    );
  } catch (cause) {
    throw new PlantonError({
      code: "E_PULUMI",
      message: `cannot read the state of stack "${stack}": ${messageOf(cause)}`,
      hint: `it is read by pulumi stack export --stack ${stack}, with the pulumi on PATH`,
      cause,
    });
  }
}
