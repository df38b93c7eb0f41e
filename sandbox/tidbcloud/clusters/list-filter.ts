import { invalid } from "../refusals.js";
import { regions } from "../regions.js";
import type { Cluster } from "../state.js";

/** One condition of a filter. */
interface Condition {
  readonly field: string;
  readonly value: string;
}

/** What of a cluster filters see. */
export interface Filtered {
  readonly cluster: Cluster;
  /** State as returned. */
  readonly state: string | undefined;
}

const condition = /\s*([A-Za-z]+(?:\.(?:"[^"]*"|[^\s=<>!:"()]+))?)\s*(=)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"=<>!()]+))/y;
const conjunction = /\s+AND\s+/y;

/**
 * Tests clusters against a filter of `list`: conditions with `=` and `AND`, values quoted or bare, lists with commas for
 * `projectId` and `clusterId`. An empty filter lets all pass. Refuses with 400 other fields and operators.
 */
export function clusterFilter(text: string): (filtered: Filtered) => boolean {
  const tests = parse(text).map(testOf);
  return (filtered) => tests.every((test) => test(filtered));
}

function parse(text: string): readonly Condition[] {
  if (text.trim() === "") return [];
  const broken = invalid(`filter "${text}" is invalid: only = and AND are supported`);
  const conditions: Condition[] = [];
  const end = text.trimEnd();
  let at = 0;
  for (;;) {
    condition.lastIndex = at;
    const found = condition.exec(end);
    if (found === null) throw broken;
    const [, field = "", , quoted, bare = ""] = found;
    conditions.push({ field, value: quoted === undefined ? bare : quoted.replace(/\\(.)/g, "$1") });
    if (condition.lastIndex === end.length) return conditions;
    conjunction.lastIndex = condition.lastIndex;
    if (conjunction.exec(end) === null) throw broken;
    at = conjunction.lastIndex;
  }
}

function testOf({ field, value }: Condition): (filtered: Filtered) => boolean {
  const list = value.split(",").map((item) => item.trim());
  if (field.startsWith("labels.")) {
    const key = field.slice("labels.".length).replace(/^"|"$/g, "");
    if (key === "tidb.cloud/project") return ({ cluster }) => cluster.projectId === value;
    return ({ cluster }) => cluster.labels[key] === value;
  }
  switch (field) {
    case "region.provider":
      return ({ cluster }) => providerOf(cluster) === value.toLowerCase();
    case "region.name":
      return ({ cluster }) => `regions/${cluster.regionId}` === value;
    case "state":
      return ({ state }) => state === value;
    case "projectId":
      return ({ cluster }) => list.includes(cluster.projectId);
    case "clusterId":
      return ({ cluster }) => list.includes(cluster.clusterId);
    case "displayName":
      return ({ cluster }) => cluster.displayName === value;
    default:
      throw invalid(`filter: "${field}" is not supported`);
  }
}

function providerOf(cluster: Cluster): string | undefined {
  return regions.find(({ regionId }) => regionId === cluster.regionId)?.cloudProvider;
}
