import type { PlantonBed } from "../support/planton-bed.js";
import { requestsTo } from "../support/sandbox-requests.js";
import { openPlace, operate, type VendorCall } from "./fault-case.js";
import type { FaultSubject } from "./fault-subject.js";

/** The calls of an operation when nothing goes wrong; of equal readings the first and the last. */
export async function vendorCalls(
  bed: PlantonBed,
  subject: FaultSubject,
  name: string,
): Promise<readonly VendorCall[]> {
  const place = await openPlace(bed, subject, name);
  const before = (await requestsTo(bed, subject.vendor.name)).length;
  const ended = await operate(place, subject);
  if (ended.code !== 0) throw new Error(`${subject.kind} ${subject.operation} failed: ${ended.all}`);
  const counts = new Map<string, number>();
  const calls = (await requestsTo(bed, subject.vendor.name)).slice(before).map(({ method, path }) => {
    const ids = new RegExp(`${subject.vendor.ids}|(?<=/)${name}[^/?]*`, "g");
    const pattern = path.replace(/\?.*$/, "").replaceAll(ids, "*");
    const key = `${method} ${pattern}`;
    const skip = counts.get(key) ?? 0;
    counts.set(key, skip + 1);
    return { method, path: pattern, skip };
  });
  return calls.filter(
    ({ method, path, skip }) => method !== "GET" || skip === 0 || skip + 1 === counts.get(`${method} ${path}`),
  );
}
