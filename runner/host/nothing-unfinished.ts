import { spawn } from "node:child_process";
import { PlantonError } from "../../contract/planton-error.js";
import type { VendorAdapter, VendorSurroundings } from "../../contract/vendor.js";
import { parseStackState } from "../pulumi/stack-state.js";
import { readRunMarker } from "../run-marker.js";
import type { RunRequest } from "./language-service.js";

/**
 * After an update that did not end cleanly, looks at the vendor for what it may have made. Refuses to go on when there
 * is something that the state does not know, because the program would make it a second time. Throws E_UNFINISHED.
 */
export async function assertNothingUnfinished(
  request: RunRequest,
  vendor: VendorAdapter,
  surroundings: VendorSurroundings,
): Promise<void> {
  const marker = readRunMarker(request.rootDirectory, request.stack);
  if (marker === undefined) return;
  const pending = marker.creates.map((create) => ({ ...create, owner: marker.owner, startedAtMs: marker.startedAtMs }));
  const found = (await Promise.all(pending.map((create) => vendor.findCreated(create, surroundings)))).flatMap(
    (list) => list ?? [],
  );
  if (found.length === 0) return;
  const known = await stateIds(request, surroundings.env);
  const unknown = found.filter((resource) => !known?.has(resource.id));
  if (unknown.length === 0) return;
  throw new PlantonError({
    code: "E_UNFINISHED",
    message: `the last update of stack "${request.stack}" did not end cleanly and may have made ${unknown.map((resource) => resource.description).join("; ")}, which the state does not hold`,
    hint: `planton pulumi recover --stack ${request.stack} takes it into the state; without that it would be made a second time`,
  });
}

/** Ids in the stack's state; undefined when pulumi cannot be asked, in which case nothing counts as known. */
function stateIds(request: RunRequest, env: VendorSurroundings["env"]): Promise<ReadonlySet<string> | undefined> {
  return new Promise((resolve) => {
    const child = spawn("pulumi", ["stack", "export", "--non-interactive", "--stack", request.stack], {
      cwd: request.rootDirectory,
      env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", () => resolve(undefined));
    child.on("close", (code) => {
      if (code !== 0) return resolve(undefined);
      const state = parseStackState(Buffer.concat(chunks).toString("utf8"));
      resolve(new Set(state.resources.map((resource) => resource.id).filter((id) => id !== undefined)));
    });
  });
}
