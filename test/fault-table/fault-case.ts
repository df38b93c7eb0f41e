import { join } from "node:path";
import { expect } from "vitest";
import { kindFacts } from "../../apis/gen/facts.js";
import { addFault, clearFaults } from "../../sandbox/kit/client/sandbox-client.js";
import type { FaultInit } from "../../sandbox/kit/faults/fault.js";
import type { Ended, PlantonBed } from "../support/planton-bed.js";
import { differencesOf, type FaultSubject, type Owner } from "./fault-subject.js";

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
export interface Place extends Owner {
  readonly planton: (...words: string[]) => Promise<Ended>;
  readonly pulumi: (...words: string[]) => Promise<Ended>;
  readonly write: (text: string) => void;
}

/** Opens a place; the subject's stack input of before is applied. */
export async function openPlace(bed: PlantonBed, subject: FaultSubject, name: string): Promise<Place> {
  const cwd = join(bed.folder, name);
  const otherId = (await subject.prepare?.(bed, name)) ?? "";
  const stack = `sandbox.${kindFacts[subject.kind].shortName}.${name}`;
  const place: Place = {
    name,
    otherId,
    planton: (...words) => bed.planton(["pulumi", ...words], { cwd }),
    pulumi: (...words) => bed.pulumi([...words, "--stack", stack], { cwd }),
    write: (text) => void bed.write(`${name}/stack-input.yaml`, text),
  };
  if (subject.before === undefined) return place;
  place.write(subject.before(place));
  const made = await place.planton("up", "--yes");
  expect(made.code, made.all).toBe(0);
  return place;
}

/** Runs the operation of a subject. */
export function operate(place: Place, subject: FaultSubject): Promise<Ended> {
  place.write(subject.after(place));
  if (subject.operation === "destroy") return place.planton("destroy", "--yes", "--allow-data-loss");
  return place.planton("up", "--yes", ...(subject.operation === "replace" ? ["--allow-data-loss"] : []));
}

/**
 * Runs one case: in the end there is exactly one resource as the manifest says; on the way nothing that was closed is open,
 * and no command ends with 0 while a change is undone.
 */
export async function runCase(bed: PlantonBed, { subject, call, fault, aftermath }: FaultCase, name: string) {
  const place = await openPlace(bed, subject, name);
  const exposed = await subject.vendor.exposure?.(bed);
  const check = async (what: string, ended: Ended, isRight: boolean): Promise<void> => {
    expect((await exposed?.()) ?? [], `${what}: open to everyone\n${ended.all}`).toEqual([]);
    if (ended.code !== 0 || !isRight) return;
    const differences = differencesOf(await subject.objects(bed, place), subject.wanted(place));
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
    const state = (await place.pulumi("stack", "export")).stdout;
    const all = [...(await subject.objects(bed, place)), ...((await subject.parts?.(bed, place)) ?? [])];
    const surplus = all.filter(({ id }) => !state.includes(`"id": "${id}"`) && ended.all.includes(id));
    expect(surplus, ended.all).not.toEqual([]);
    for (const { path } of surplus) await subject.vendor.remove(bed, path);
  }
  if (subject.operation === "destroy") return;
  const preview = await place.pulumi("preview", "--expect-no-changes");
  expect(preview.code, preview.all).toBe(0);
}
