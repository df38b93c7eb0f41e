import { expect } from "vitest";
import { askCloudflare } from "../../support/cloudflare-bed.js";
import type { PlantonBed } from "../../support/planton-bed.js";
import type { FaultSubject, FaultVendor, Owner, VendorObject } from "../fault-subject.js";

/** Cloudflare: ids are 32 hexadecimal digits, or with dashes. */
export const cloudflare: FaultVendor = {
  name: "cloudflare",
  ids: "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}",
  async remove(bed, path) {
    const response = await askCloudflare(bed, path, { method: "DELETE" });
    expect(response.ok, await response.text()).toBe(true);
  },
};

/** What is fixed for a kind. */
interface CloudflareKind {
  readonly kind: FaultSubject["kind"];
  /** List below the account, such as "/queues", or "/zones". */
  readonly list: string;
  /** Key of an object's name. */
  readonly named: string;
  /** Key of an object's id; default: "id". */
  readonly id?: string;
  /** What the list's response has the objects below; default: they are the result. */
  readonly below?: string;
  /** Facts beside those of the list. */
  readonly read?: (bed: PlantonBed, object: Readonly<Record<string, unknown>>) => Promise<object>;
  readonly prepare?: FaultSubject["prepare"];
  /** Paths of lists with what an object is made of. */
  readonly partLists?: (object: Readonly<Record<string, unknown>>) => readonly string[];
}

/** An operation of a kind; `spec` and `wanted` are given the owner. */
interface CloudflareOperation {
  readonly operation: FaultSubject["operation"];
  readonly before?: (owner: Owner) => object;
  readonly after: (owner: Owner) => object;
  readonly wanted?: (owner: Owner) => Readonly<Record<string, unknown>>;
}

/** The operations on a kind as subjects. */
export function subjectsOf(kind: CloudflareKind, operations: readonly CloudflareOperation[]): readonly FaultSubject[] {
  const inputOf = (spec: (owner: Owner) => object) => (owner: Owner) =>
    JSON.stringify({
      target: {
        apiVersion: "cloudflare.planton.dev/v1",
        kind: kind.kind,
        metadata: { name: owner.name },
        spec: spec(owner),
      },
    });
  return operations.map(({ operation, before, after, wanted }) => ({
    vendor: cloudflare,
    kind: kind.kind,
    operation,
    ...(kind.prepare === undefined ? {} : { prepare: kind.prepare }),
    ...(before === undefined ? {} : { before: inputOf(before) }),
    after: inputOf(after),
    wanted: (owner) => wanted?.(owner),
    objects: (bed, owner) => objectsOf(kind, bed, owner),
    parts: async (bed, owner) => {
      const lists = (await objectsOf(kind, bed, owner)).flatMap(({ facts }) => kind.partLists?.(facts) ?? []);
      const parts = lists.map(async (list) =>
        (await listed(bed, list)).map(({ id }) => ({ id: String(id), path: `${list}/${id}` })),
      );
      return (await Promise.all(parts)).flat();
    },
  }));
}

async function objectsOf(
  { list, named, id = "id", below, read }: CloudflareKind,
  bed: PlantonBed,
  { name, otherId }: Owner,
): Promise<readonly VendorObject[]> {
  const path = list.replace("{other}", otherId);
  const all = await listed(bed, path, below);
  // "case-1" has no part in what belongs to "case-12".
  const own = all.filter((object) => new RegExp(`^${name}($|-2|\\.)`).test(String(object[named])));
  return Promise.all(
    own.map(async (object) => ({
      id: String(object[id]),
      path: `${path}/${object[id]}`,
      facts: { ...object, ...(await read?.(bed, object)) },
    })),
  );
}

/** All objects of a list. */
async function listed(
  bed: PlantonBed,
  path: string,
  below?: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const items: Readonly<Record<string, unknown>>[] = [];
  for (let page = 1; ; page += 1) {
    const response = await askCloudflare(bed, `${path}?per_page=50&page=${page}`);
    const { result, result_info: info } = (await response.json()) as Listing;
    items.push(...((below === undefined ? result : result[below]) as typeof items));
    if (page >= (info?.total_pages ?? 1)) return items;
  }
}
interface Listing {
  readonly result: Readonly<Record<string, unknown>>;
  readonly result_info?: { readonly total_pages?: number };
}

/** Makes a zone that planton did not make; gives its id. */
export async function somebodysZone(bed: PlantonBed, name: string): Promise<string> {
  const body = { name: `${name}.example`, account: { id: bed.env["CLOUDFLARE_ACCOUNT_ID"] }, type: "full" };
  return (await sent(bed, "/zones", body)).id;
}

/** Makes an object that planton did not make. */
export async function sent(bed: PlantonBed, path: string, body: object): Promise<{ readonly id: string }> {
  const response = await askCloudflare(bed, path, { method: "POST", body });
  const text = await response.text();
  expect(response.ok, text).toBe(true);
  return (JSON.parse(text) as { readonly result: { readonly id: string } }).result;
}
