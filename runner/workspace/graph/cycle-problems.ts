import type { Problem } from "../../../contract/planton-error.js";
import { groupBy } from "../../system/group-by.js";
import { placeIn, type Unit, unitName } from "../unit.js";
import type { LinkedPair } from "./find-links.js";

/** Most units of a cycle that are shown. */
const mostShown = 20;

/**
 * E_REFERENCE_CYCLE for each cycle among units, at the reference that closes it, with the path. Without these references
 * there is no cycle. `ids` are those that are in a cycle or depend on one; ids and pairs are sorted, and what is found
 * depends on nothing else.
 */
export function cycleProblems(
  byId: ReadonlyMap<string, Unit>,
  ids: readonly string[],
  pairs: readonly LinkedPair[],
): Problem[] {
  const wanted = new Set(ids);
  const from = groupBy(
    pairs.filter((pair) => wanted.has(pair.to)),
    (pair) => pair.from,
  );
  return closingPairs(ids, from).flatMap(({ pair, path }) => {
    const [link] = pair.links;
    if (link === undefined) return [];
    const shown = path.map((id) => (id === undefined ? undefined : byId.get(id)));
    return {
      code: "E_REFERENCE_CYCLE" as const,
      severity: "error" as const,
      ...placeIn(link.unit, `${link.fieldPath}.name`),
      message: `manifests refer to each other in a cycle: ${pathText(shown)}`,
      hint: "take one of these references out",
    };
  });
}

/** The pair that closes a cycle, and the ids of the cycle from its first to its first; undefined for those left out. */
interface ClosingPair {
  readonly pair: LinkedPair;
  readonly path: readonly (string | undefined)[];
}

/**
 * Goes along the pairs in depth, without recursion: a chain may be as long as there are units. It begins at what nothing
 * depends on, so that a pair that closes a cycle is one that goes back up, and the fewest are found.
 */
function closingPairs(ids: readonly string[], from: ReadonlyMap<string, readonly LinkedPair[]>): ClosingPair[] {
  const found: ClosingPair[] = [];
  const done = new Set<string>();
  const targets = new Set([...from.values()].flat().map(({ to }) => to));
  const starts = [...ids.filter((id) => !targets.has(id)), ...ids];
  for (const start of starts) {
    if (done.has(start)) continue;
    const path = [start];
    // Where each id is in the path, and how many of its pairs were followed.
    const depths = new Map([[start, 0]]);
    const followed = [0];
    while (path.length > 0) {
      const depth = path.length - 1;
      const id = path[depth] ?? start;
      const next = followed[depth] ?? 0;
      const pair = from.get(id)?.[next];
      if (pair === undefined) {
        done.add(id);
        depths.delete(id);
        path.pop();
        followed.pop();
        continue;
      }
      followed[depth] = next + 1;
      const closes = depths.get(pair.to);
      if (closes !== undefined) found.push({ pair, path: shortened(path, closes) });
      else if (!done.has(pair.to)) {
        depths.set(pair.to, path.length);
        path.push(pair.to);
        followed.push(0);
      }
    }
  }
  return found;
}

/** The path from an index to its end and back; of a long one its two ends. */
function shortened(path: readonly string[], start: number): (string | undefined)[] {
  const half = mostShown / 2;
  const members =
    path.length - start <= mostShown
      ? path.slice(start)
      : [...path.slice(start, start + half), undefined, ...path.slice(path.length - half)];
  return [...members, path[start]];
}

/** The names, with environments when there are several. */
function pathText(path: readonly (Unit | undefined)[]): string {
  const envs = new Set(path.flatMap((unit) => (unit === undefined ? [] : [unit.target.env])));
  const textOf = (unit: Unit): string =>
    envs.size > 1 && unit.target.env !== undefined ? `${unitName(unit)} (${unit.target.env})` : unitName(unit);
  return path.map((unit) => (unit === undefined ? "..." : textOf(unit))).join(" -> ");
}
