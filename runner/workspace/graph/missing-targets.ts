import type { Problem } from "../../../contract/planton-error.js";
import { type Target, targetText } from "../../project/target-name.js";
import { groupBy } from "../../system/group-by.js";
import { suggest } from "../../system/suggest.js";
import { placeIn, type Unit } from "../unit.js";
import type { Link } from "./find-links.js";

/** Most names that a hint lists. */
const mostListed = 10;

/**
 * E_REFERENCE_NOT_FOUND for each link whose target is no manifest of the workspace, with what may be meant: one in another
 * environment, of another kind or with a similar name. The same reference in several environments is one problem.
 */
export function missingTargets(missing: readonly Link[], units: readonly Unit[]): Problem[] {
  if (missing.length === 0) return [];
  const known: KnownUnits = {
    byName: groupBy(units, ({ target }) => target.name),
    byKind: groupBy(units, ({ target }) => groupKey(target)),
  };
  const cures = new Map<string, Cure>();
  return grouped(missing).map(({ link, envs }) => {
    const { unit, target, fieldPath } = link;
    const text = targetText(target);
    const cure = cures.get(text) ?? cureOf(target, known);
    cures.set(text, cure);
    const field = cure.field === "name" || isGiven(link, cure.field) ? `.${cure.field}` : "";
    return {
      code: "E_REFERENCE_NOT_FOUND" as const,
      severity: "error" as const,
      ...placeIn(unit, `${fieldPath}${field}`),
      message: `there is no ${target.kind} "${target.name}"${whereText(envs)}${cure.instead}`,
      hint: cure.hint,
    };
  });
}

/** A link with the environments in which it leads nowhere. */
interface MissingLink {
  readonly link: Link;
  readonly envs: (string | undefined)[];
}

function grouped(missing: readonly Link[]): readonly MissingLink[] {
  const byPlace = new Map<string, MissingLink>();
  for (const link of missing) {
    const { unit, target, fieldPath } = link;
    const { file, position } = placeIn(unit, fieldPath);
    const key = JSON.stringify([file, position, fieldPath, target.kind, target.name]);
    const known = byPlace.get(key);
    if (known === undefined) byPlace.set(key, { link, envs: [target.env] });
    else if (!known.envs.includes(target.env)) known.envs.push(target.env);
  }
  return [...byPlace.values()];
}

function whereText(envs: readonly (string | undefined)[]): string {
  const named = envs.filter((env) => env !== undefined).map((env) => `"${env}"`);
  if (named.length === 0) return "";
  return ` in the environment${named.length === 1 ? "" : "s"} ${named.join(", ")}`;
}

function isGiven({ unit, fieldPath }: Link, field: string): boolean {
  return unit.reading.places.byFieldPath.has(`${fieldPath}.${field}`);
}

interface KnownUnits {
  readonly byName: ReadonlyMap<string, readonly Unit[]>;
  /** By kind and environment. */
  readonly byKind: ReadonlyMap<string, readonly Unit[]>;
}

function groupKey({ kind, env }: Target): string {
  return `${kind}/${env ?? ""}`;
}

/** What is said of a target that does not exist, and the field that is wrong. */
interface Cure {
  readonly field: "env" | "kind" | "name";
  readonly instead: string;
  readonly hint: string;
}

function cureOf(target: Target, { byName, byKind }: KnownUnits): Cure {
  const { kind, env, name } = target;
  const namesakes = byName.get(name) ?? [];
  const elsewhere = namesakes.filter(({ target }) => target.kind === kind).map(({ target }) => target.env);
  if (elsewhere.length > 0) {
    const [first] = elsewhere;
    const where = elsewhere.map((other) => (other === undefined ? "without an environment" : `in "${other}"`));
    const hint = `write env: ${first ?? '""'} if that is meant, or let its manifest be for ${env === undefined ? "none" : `"${env}"`} too`;
    return { field: "env", instead: `; there is one ${where.join(", ")}`, hint };
  }
  const others = new Set(namesakes.filter(({ target }) => target.env === env).map(({ target }) => target.kind));
  const [other] = others;
  if (other !== undefined) {
    const hint = `write kind: ${other} if that is meant, or correct the name`;
    return { field: "kind", instead: `; that is the name of a ${[...others].join(", ")}`, hint };
  }
  const candidates = (byKind.get(groupKey(target)) ?? []).map((unit) => unit.target.name);
  const meant = suggest(name, candidates);
  if (meant !== undefined) return { field: "name", instead: "", hint: `did you mean "${meant}"?` };
  return { field: "name", instead: "", hint: listHint(kind, candidates) };
}

function listHint(kind: string, candidates: readonly string[]): string {
  const outside = "write its manifest, or add project and stack to a reference whose stack is kept elsewhere";
  if (candidates.length === 0) return outside;
  const rest = candidates.length > mostListed ? ` and ${candidates.length - mostListed} more` : "";
  return `of ${kind} there is ${candidates.slice(0, mostListed).join(", ")}${rest}; else ${outside}`;
}
