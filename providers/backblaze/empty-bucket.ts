import { callOf, codeOf } from "../../clients/backblaze.js";
import { PlantonError } from "../../contract/planton-error.js";
import { isSuccess } from "../../http/http-message.js";
import { asObjects, asString, type JsonObject } from "../../http/json.js";
import type { ManagedCall } from "../kit/managed/managed-declaration.js";
import { requestOf, type WorkLimits } from "../kit/resource/work-limits.js";
import type { BackblazeApi } from "./backblaze-api.js";

type Call = Pick<ManagedCall<BackblazeApi>, "api" | "limits">;

// What is billed as one call, and what B2 takes at a time.
const pageSize = 1000;
const atOnce = 10;

/** Codes of a file version that is gone already. */
const goneCodes: ReadonlySet<string | undefined> = new Set(["file_not_present", "no_such_file"]);

/** Deletes one version of a file, a mark that hides it, or a large file that is not finished. */
async function deleteVersion({ api, limits }: Call, { action, fileName, fileId }: JsonObject): Promise<void> {
  const request =
    action === "start"
      ? callOf("b2_cancel_large_file", { fileId })
      : callOf("b2_delete_file_version", { fileName, fileId });
  // The id is never used again, so that a repetition does no harm.
  const response = await api.send({ ...request, repeatable: true, ...requestOf(limits) });
  if (!isSuccess(response) && !goneCodes.has(codeOf(response))) throw api.errorOf(response);
}

function assertInTime({ api, limits }: { readonly api: BackblazeApi; readonly limits: WorkLimits }, id: string): void {
  if (limits.cancelled.aborted) {
    throw new PlantonError({
      code: "E_INTERRUPTED",
      message: `interrupted while the bucket "${id}" was being emptied`,
    });
  }
  if (api.clock.nowMs() <= limits.deadlineMs) return;
  throw new PlantonError({
    code: "E_VENDOR",
    message: `the bucket "${id}" was not empty after the time that was given`,
    hint: "run destroy again: it goes on with the files that are left; or give it more time by metadata.timeouts.delete",
  });
}

/**
 * Deletes all versions of all files of a bucket. Throws the vendor's refusals, such as that of a locked file, E_VENDOR
 * after the deadline, and E_INTERRUPTED.
 */
export async function emptyBucket(call: Call, bucketId: string): Promise<void> {
  const { api, limits } = call;
  // A version that is being deleted may be listed once more, so that each page begins at the first one left.
  for (;;) {
    assertInTime(call, bucketId);
    const request = callOf("b2_list_file_versions", { bucketId, maxFileCount: pageSize });
    const response = await api.send({ ...request, ...requestOf(limits) });
    // Deleted meanwhile, with all that was in it.
    if (codeOf(response) === "bad_bucket_id") return;
    const versions = asObjects(api.bodyOf(response)["files"]).filter(({ fileId }) => asString(fileId) !== undefined);
    if (versions.length === 0) return;
    for (let start = 0; start < versions.length; start += atOnce) {
      assertInTime(call, bucketId);
      await Promise.all(versions.slice(start, start + atOnce).map((version) => deleteVersion(call, version)));
    }
  }
}
