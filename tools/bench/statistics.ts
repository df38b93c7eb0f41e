/** The middle value; the mean of the two middle ones of an even count; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1];
  const high = sorted[Math.floor(middle)];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

/**
 * The median over the rounds of a/b. Both numbers of a round were measured one after the other, so what else the machine
 * does falls on both. Throws when the rounds do not match.
 */
export function pairedRatio(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) throw new Error(`${a.length} and ${b.length} rounds cannot be paired`);
  return median(a.map((value, round) => value / (b[round] ?? Number.NaN)));
}
