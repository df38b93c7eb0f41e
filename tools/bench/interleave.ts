/** One thing to measure: a name and a function that does it once. */
export interface Contender<Sample> {
  readonly name: string;
  readonly sample: () => Promise<Sample>;
}

/**
 * Measures every contender once in each round, in turning order, after one unmeasured round. Gives the samples by
 * contender's name; the samples of one round have the same index.
 */
export async function interleave<Sample>(
  rounds: number,
  contenders: readonly Contender<Sample>[],
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    const order = round % 2 === 0 ? contenders : [...contenders].reverse();
    for (const { name, sample } of order) {
      const measured = await sample();
      if (round >= 0) samples.get(name)?.push(measured);
    }
  }
  return samples;
}
