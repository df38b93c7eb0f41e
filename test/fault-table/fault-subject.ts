import { isDeepStrictEqual } from "node:util";
import type { kindFacts } from "../../apis/gen/facts.js";
import type { PlantonBed } from "../support/planton-bed.js";

/** A resource at the vendor, as far as the table reads it. */
export interface VendorObject {
  /** As it is in a state of Pulumi. */
  readonly id: string;
  /** Path that deletes it. */
  readonly path: string;
  /** What is compared with what a subject wants. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Whose objects are read. */
export interface Owner {
  /** Of the manifest; names at the vendor begin with it. */
  readonly name: string;
  /** Id of what somebody else made; "" when a subject needs nothing. */
  readonly otherId: string;
}

/** What all subjects of a vendor have in common. */
export interface FaultVendor {
  /** Name in the sandbox's log. */
  readonly name: string;
  /** Source of a regular expression of the parts of a path that are `*` in the table. */
  readonly ids: string;
  /** Deletes an object as its owner does by hand. */
  readonly remove: (bed: PlantonBed, path: string) => Promise<void>;
  /**
   * Notes what must not be exposed before an operation; what it gives back lists what is exposed later on. Absent: the
   * vendor's kinds expose nothing.
   */
  readonly exposure?: (bed: PlantonBed) => Promise<() => Promise<readonly string[]>>;
}

/** An operation on a kind whose calls go wrong one by one. */
export interface FaultSubject {
  readonly vendor: FaultVendor;
  readonly kind: keyof typeof kindFacts;
  readonly operation: "create" | "change" | "replace" | "destroy";
  /** Makes what somebody else has and this needs; gives its id. */
  readonly prepare?: (bed: PlantonBed, name: string) => Promise<string>;
  /** Stack input that is applied before; absent: none. */
  readonly before?: (owner: Owner) => string;
  /** Stack input of the operation. */
  readonly after: (owner: Owner) => string;
  /** The owner's objects of this kind. */
  readonly objects: (bed: PlantonBed, owner: Owner) => Promise<readonly VendorObject[]>;
  /** What the objects are made of at the vendor, where that has ids of its own. Default: none. */
  readonly parts?: (bed: PlantonBed, owner: Owner) => Promise<readonly Omit<VendorObject, "facts">[]>;
  /** Facts of the only object when the operation is done; undefined: there is none. */
  readonly wanted: (owner: Owner) => Readonly<Record<string, unknown>> | undefined;
}

/** Differences between what the vendor has and what a subject wants; empty when there are none. */
export function differencesOf(
  objects: readonly VendorObject[],
  wanted: Readonly<Record<string, unknown>> | undefined,
): readonly string[] {
  const count = wanted === undefined ? 0 : 1;
  if (objects.length !== count) return [`there are ${objects.length}, not ${count}: ${JSON.stringify(objects)}`];
  return Object.entries(wanted ?? {}).flatMap(([key, value]) => {
    const actual = objects[0]?.facts[key];
    if (isDeepStrictEqual(actual, value)) return [];
    return [`${key} is ${JSON.stringify(actual)}, not ${JSON.stringify(value)}`];
  });
}
