/** How many requests got which status, or "dropped", by vendor and caller ("" for callers that were not let in). */
export type RequestCounts = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;

/** A request that is done. */
export interface CountedRequest {
  readonly vendor: string;
  readonly caller: string;
  /** Undefined when the connection was dropped. */
  readonly status: number | undefined;
}

/** Counts with one more request. */
export function countRequest(counts: RequestCounts, { vendor, caller, status }: CountedRequest): RequestCounts {
  const callers = counts[vendor] ?? {};
  const statuses = callers[caller] ?? {};
  const key = status === undefined ? "dropped" : String(status);
  return {
    ...counts,
    [vendor]: { ...callers, [caller]: { ...statuses, [key]: (statuses[key] ?? 0) + 1 } },
  };
}
