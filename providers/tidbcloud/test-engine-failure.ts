import type { UpResult } from "./test-engine.js";

/** All that an `up` said when it failed; "" when it went well. */
export function failureOf({ error }: Pick<UpResult, "error">): string {
  return error === undefined ? "" : [error.message, ...(error.unfinished?.reasons ?? [])].join("\n");
}
