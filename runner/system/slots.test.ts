import { expect, test } from "vitest";
import { openSlots } from "./slots.js";

test("at most so many run at once, in order, also after a failure", async () => {
  const slots = openSlots(2);
  const started: number[] = [];
  const ends: ((fails?: boolean) => void)[] = [];
  const all = [0, 1, 2, 3].map((index) =>
    slots(
      () =>
        new Promise<number>((resolve, reject) => {
          started.push(index);
          ends[index] = (fails) => (fails ? reject(new Error("failed")) : resolve(index));
        }),
    ).catch(() => -1),
  );
  expect(started).toEqual([0, 1]);
  ends[0]?.(true);
  await expect.poll(() => started).toEqual([0, 1, 2]);
  ends[1]?.();
  await expect.poll(() => started).toEqual([0, 1, 2, 3]);
  ends[2]?.();
  ends[3]?.();
  expect(await Promise.all(all)).toEqual([-1, 1, 2, 3]);
});
