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

/** Shortest and longest time of each action in milliseconds. "leave" is how long a deleted resource still shows. */
export type ActionRanges = Readonly<Record<SlowAction, readonly [number, number]>>;

const fast: ActionRanges = { create: [300, 600], change: [200, 400], leave: [150, 300] };

/** Times at the pace "real" of clusters on servers of their own: 3 to 6 minutes, deleted members some 2 minutes. */
export const serverClusterRanges: ActionRanges = {
  create: [180_000, 360_000],
  change: [120_000, 300_000],
  leave: [60_000, 120_000],
};

/** All names of paces. */
export const paceNames: readonly PaceName[] = ["fast", "real"];

/** True for the name of a pace. */
export function isPaceName(value: unknown): value is PaceName {
  return value === "fast" || value === "real";
}

/** What {@link durationMs} draws from. */
export interface Draw {
  readonly pace: Pace;
  /** The vendor's times at the pace "real". */
  readonly real: ActionRanges;
  /** In [0, 1). */
  readonly fraction: number;
}

/** How long an action takes, in whole milliseconds. */
export function durationMs(action: SlowAction, { pace, real, fraction }: Draw): number {
  if (pace.creationMs !== undefined && action !== "leave") return pace.creationMs;
  const [shortest, longest] = (pace.name === "real" ? real : fast)[action];
  return Math.round(shortest + (longest - shortest) * fraction);
}
