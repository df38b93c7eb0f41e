import { join } from "node:path";
import { expect } from "vitest";
import { kindFacts } from "../../apis/gen/facts.js";
import { addFault, clearFaults } from "../../sandbox/kit/client/sandbox-client.js";
import type { FaultInit } from "../../sandbox/kit/faults/fault.js";
import { partsOf, sendTo, somebodysCluster } from "../support/cluster-parts-bed.js";
import type { Ended, PlantonBed } from "../support/planton-bed.js";
import type { FaultSubject, VendorObjects } from "./subjects.js";

/** A call of an operation: method, path with `*` for ids, and how many equal ones come before it. */
export interface VendorCall {
  readonly method: string;
  readonly path: string;
  readonly skip: number;
}

/** What goes wrong. */
export interface TableFault {
  readonly name: string;
  readonly effect: FaultInit;
}

/** What the user does after it. */
export type Aftermath = "next up" | "refresh, then up" | "plain pulumi up";

/** One case of the table. */
export interface FaultCase {
  readonly subject: FaultSubject;
  readonly call: VendorCall;
  readonly fault: TableFault;
  readonly aftermath: Aftermath;
}

/** Faults of calls that change something: the plugin sends every request up to five times. */
export const changingFaults: readonly TableFault[] = [
  { name: "reset", effect: { reset: true } },
  { name: "resets for long", effect: { reset: true, count: 9 } },
  { name: "500 for long", effect: { status: 500, count: 9 } },
  { name: "500 after the effect", effect: { status: 500, applyThenFail: true } },
  { name: "429", effect: { status: 429 } },
  { name: "response lost", effect: { dropResponse: true } },
  { name: "response cut", effect: { truncateResponse: true } },
  { name: "422", effect: { status: 422, message: "invalid request" } },
];

/** Faults of calls that only read. */
export const readingFaults: readonly TableFault[] = [
  { name: "resets for long", effect: { reset: true, count: 9 } },
  { name: "500 for long", effect: { status: 500, count: 9 } },
];

/** All that the user may do next. */
export const aftermaths: readonly Aftermath[] = ["next up", "refresh, then up", "plain pulumi up"];

/** A subject in a folder of its own. */
export interface Place {
  readonly name: string;
  readonly clusterId: string;
  readonly planton: (...words: string[]) => Promise<Ended>;
  readonly pulumi: (...words: string[]) => Promise<Ended>;
  readonly write: (text: string) => void;
}

/** Opens a place; the subject's stack input of before is applied. */
export async function openPlace(bed: PlantonBed, subject: FaultSubject, name: string): Promise<Place> {
  const cwd = join(bed.folder, name);
  const isOfCluster = subject.kind === "DigitalOceanDatabaseFirewall" || subject.part !== undefined;
  const clusterId = isOfCluster ? await somebodysCluster(bed, `${name}-other`) : "";
  const stack = `sandbox.${kindFacts[subject.kind].shortName}.${name}`;
  const place: Place = {
    name,
    clusterId,
    planton: (...words) => bed.planton(["pulumi", ...words], { cwd }),
    pulumi: (...words) => bed.pulumi([...words, "--stack", stack], { cwd }),
    write: (text) => void bed.write(`${name}/stack-input.yaml`, text),
  };
  if (subject.before === undefined) return place;
  place.write(subject.before(name, clusterId));
  const made = await place.planton("up", "--yes");
  expect(made.code, made.all).toBe(0);
  return place;
}

/** Runs the operation of a subject. */
export function operate({ planton, write, name, clusterId }: Place, subject: FaultSubject): Promise<Ended> {
  write(subject.after(name, clusterId));
  if (subject.operation === "destroy") return planton("destroy", "--yes", "--allow-data-loss");
  return planton("up", "--yes", ...(subject.operation === "replace" ? ["--allow-data-loss"] : []));
}

/** Everything of the vendor's default account, and what a subject's cluster holds of its sort. */
export async function vendorObjects(
  bed: PlantonBed,
  { part }: FaultSubject,
  { clusterId }: Pick<Place, "clusterId">,
): Promise<VendorObjects> {
  const list = async (key: "databases" | "vpcs") => {
    const items: Record<string, unknown>[] = [];
    for (let page = 1; ; page += 1) {
      const response = await bed.get(`/v2/${key}?per_page=200&page=${page}`);
      const found = (response[key] ?? []) as Record<string, unknown>[];
      items.push(...found);
      if (found.length < 200) return items;
    }
  };
  const parts = part === undefined ? [] : await partsOf(bed, clusterId, part.list);
  const own = parts.filter(({ name }) => name !== "defaultdb" && name !== "doadmin");
  return { databases: await list("databases"), vpcs: await list("vpcs"), parts: own };
}

/**
 * Runs one case: in the end there is exactly one resource as the manifest says; on the way nothing that was closed is open,
 * and no command ends with 0 while a change is undone.
 */
export async function runCase(bed: PlantonBed, { subject, call, fault, aftermath }: FaultCase, name: string) {
  const place = await openPlace(bed, subject, name);
  const closed = new Set((await vendorObjects(bed, subject, place)).databases.filter(hasRules).map(({ id }) => id));
  const check = async (what: string, ended: Ended, isRight: boolean): Promise<void> => {
    const vendor = await vendorObjects(bed, subject, place);
    const opened = vendor.databases.filter((database) => closed.has(database["id"]) && !hasRules(database));
    expect(opened, `${what}: open to everyone\n${ended.all}`).toEqual([]);
    if (ended.code !== 0 || !isRight) return;
    const differences = subject.differences(vendor, name, place.clusterId);
    expect(differences, `${what}: ended with 0\n${ended.all}`).toEqual([]);
  };
  await addFault(bed.home, { ...fault.effect, method: call.method, path: call.path, skip: call.skip });
  const first = await operate(place, subject);
  await clearFaults(bed.home);
  await check("with the fault", first, true);
  if (aftermath === "refresh, then up") await check("refresh", await place.planton("refresh", "--yes"), false);
  if (aftermath === "plain pulumi up") {
    const command = subject.operation === "destroy" ? "destroy" : "up";
    const ignores = subject.operation === "create" || subject.operation === "change" ? [] : ["--ignore-protect"];
    await check(`plain pulumi ${command}`, await place.pulumi(command, "--yes", ...ignores), true);
  }
  await converge(bed, subject, place, check);
}

/** Runs the operation until it ends well; a surplus resource that planton names is deleted as it says. */
async function converge(
  bed: PlantonBed,
  subject: FaultSubject,
  place: Place,
  check: (what: string, ended: Ended, isRight: boolean) => Promise<void>,
): Promise<void> {
  for (let run = 1; ; run += 1) {
    const ended = await operate(place, subject);
    await check(`run ${run} after it`, ended, true);
    if (ended.code === 0) break;
    // The first of these runs may say what exists twice; after that was seen to, the next one ends well.
    expect(run, ended.all).toBe(1);
    expect(ended.all).toContain("E_PENDING_OPERATIONS");
    const surplus = (await surplusOf(bed, subject, place)).filter(({ id }) => ended.all.includes(id));
    expect(surplus, ended.all).not.toEqual([]);
    for (const { path } of surplus) await sendTo(bed, "DELETE", path);
  }
  if (subject.operation === "destroy") return;
  const preview = await place.pulumi("preview", "--expect-no-changes");
  expect(preview.code, preview.all).toBe(0);
}

/** Ids and paths of the vendor's resources of the place that its state does not hold. */
async function surplusOf(bed: PlantonBed, subject: FaultSubject, place: Place) {
  const state = (await place.pulumi("stack", "export")).stdout;
  const { databases, vpcs, parts } = await vendorObjects(bed, subject, place);
  const path = "/v2/databases";
  const whole = subject.kind === "DigitalOceanVpc" ? { objects: vpcs, path: "/v2/vpcs" } : { objects: databases, path };
  const own = [
    ...whole.objects
      .filter(({ name }) => name === place.name)
      .map(({ id }) => ({ id: String(id), path: `${whole.path}/${id}` })),
    ...parts.map(({ name }) => ({
      id: `${place.clusterId}${subject.part?.infix}${name}`,
      path: `${path}/${place.clusterId}/${subject.part?.list}/${name}`,
    })),
  ];
  return own.filter(({ id }) => !state.includes(`"id": "${id}"`));
}

function hasRules(database: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(database["rules"]) && database["rules"].length > 0;
}
