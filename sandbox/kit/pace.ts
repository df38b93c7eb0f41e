/** How fast resources go through their states. */
export type PaceName = "fast" | "real";

/** What a vendor does that takes time. */
export type SlowAction = "create" | "change" | "leave";

/** Pace of the sandbox; `creationMs` replaces the drawn time of creations and changes. */
export interface Pace {
  readonly name: PaceName;
  /** Milliseconds, 0 or more. */
  readonly creationMs?: number;
}

/**
 * Shortest and longest time of each action in milliseconds. "leave" is the time for which a deleted resource still
 * counts as a member of its network. "real": clusters take 3 to 6 minutes, deleted members some 2 minutes.
 */
const ranges: Readonly<Record<PaceName, Readonly<Record<SlowAction, readonly [number, number]>>>> = {
  fast: { create: [300, 600], change: [200, 400], leave: [150, 300] },
  real: { create: [180_000, 360_000], change: [120_000, 300_000], leave: [60_000, 120_000] },
};

/** All names of paces. */
export const paceNames: readonly PaceName[] = ["fast", "real"];

/** True for the name of a pace. */
export function isPaceName(value: unknown): value is PaceName {
  return value === "fast" || value === "real";
}

/** How long an action takes, in whole milliseconds; `fraction` in [0, 1) draws it from the pace's range. */
export function durationMs(pace: Pace, action: SlowAction, fraction: number): number {
  if (pace.creationMs !== undefined && action !== "leave") return pace.creationMs;
  const [shortest, longest] = ranges[pace.name][action];
  return Math.round(shortest + (longest - shortest) * fraction);
}
