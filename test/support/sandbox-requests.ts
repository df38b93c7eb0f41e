import type { PlantonBed } from "./planton-bed.js";

/** A request as the sandbox wrote it down. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly vendor: string;
}

/** All requests that a vendor of the bed's sandbox was sent, in their order. */
export async function requestsTo(bed: PlantonBed, vendor: string): Promise<readonly LoggedRequest[]> {
  const { stdout } = await bed.planton(["sandbox", "log", "--format", "json"]);
  const lines = stdout.split("\n").filter((line) => line !== "");
  // Each line is a request as the sandbox wrote it down.
  return lines.map((line) => JSON.parse(line) as LoggedRequest).filter((request) => request.vendor === vendor);
}
