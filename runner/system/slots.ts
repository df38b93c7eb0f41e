/** Runs what it is given, at most so many at once, the others in the order in which they came. */
export type Slots = <Result>(run: () => Promise<Result>) => Promise<Result>;

/** Opens that many slots. */
export function openSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (run) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
