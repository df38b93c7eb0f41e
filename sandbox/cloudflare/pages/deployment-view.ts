import { type JsonObject, objectField } from "../../kit/base/json-fields.js";
import { timeText } from "../cloudflare-request.js";
import { shownVariables } from "./deployment-configs.js";
import type { StoredDeployment, StoredProject } from "./stored-project.js";

const stageNames = ["queued", "initialize", "clone_repo", "build", "deploy"] as const;

/** Whether its last stage is over. */
export function isDeployed({ doneAtMs }: StoredDeployment, nowMs: number): boolean {
  return doneAtMs !== null && doneAtMs <= nowMs;
}

/** The deployment that a project's own host shows, and the one that was made last. */
export function latestDeployments(
  { deployments }: Pick<StoredProject, "deployments">,
  nowMs: number,
): { readonly canonical: StoredDeployment | undefined; readonly latest: StoredDeployment | undefined } {
  const isLive = (one: StoredDeployment): boolean => one.environment === "production" && isDeployed(one, nowMs);
  return { canonical: deployments.findLast(isLive), latest: deployments.at(-1) };
}

/** The alias of a branch: lower case, everything but letters and digits a dash. */
export function branchAlias(branch: string): string {
  return branch
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 28);
}

/** A deployment as responses show it (cloudflare-typescript v7.1.0, pages/projects/deployments, read 2026-11). */
export function deploymentView(one: StoredDeployment, project: StoredProject, nowMs: number): JsonObject {
  const isDone = isDeployed(one, nowMs);
  const madeOn = timeText(one.createdAtMs);
  const endedOn = isDone ? timeText(one.doneAtMs ?? nowMs) : null;
  const stage = (name: string, index: number): JsonObject => {
    const isLast = index === stageNames.length - 1;
    const status = isDone || !isLast ? "success" : "active";
    return { name, status, started_on: madeOn, ended_on: isLast ? endedOn : madeOn };
  };
  const stages = stageNames.map(stage);
  const shortId = one.id.slice(0, 8);
  const aliases =
    one.environment === "preview"
      ? [`https://${branchAlias(one.branch)}.${project.name}.pages.dev`]
      : project.domains.map(({ name }) => `https://${name}`);
  return {
    id: one.id,
    short_id: shortId,
    project_id: project.id,
    project_name: project.name,
    environment: one.environment,
    url: `https://${shortId}.${project.name}.pages.dev`,
    aliases: aliases.length === 0 ? null : aliases,
    created_on: madeOn,
    modified_on: endedOn ?? madeOn,
    latest_stage: stages.at(-1),
    stages,
    deployment_trigger: {
      type: "ad_hoc",
      metadata: {
        branch: one.branch,
        commit_hash: one.commit.hash,
        commit_message: one.commit.message,
        commit_dirty: one.commit.dirty,
      },
    },
    env_vars: shownVariables(objectField(one.config, "env_vars") ?? {}),
    is_skipped: false,
    build_config: project.build_config,
    source: project.source ?? { type: "", config: null },
    uses_functions: one.special["_worker.js"] !== undefined,
  };
}
