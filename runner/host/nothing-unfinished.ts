import { PlantonError } from "../../contract/planton-error.js";
import type { PendingCreate } from "../../contract/vendor.js";
import { parseForgotten } from "../project/stack-settings.js";
import { heldTwice, isReplacedTwin } from "../pulumi/held-twice.js";
import { readRunMarker, urnOfCreate } from "../run-marker.js";
import type { VendorLook } from "./assert-not-made.js";

/**
 * Refuses an update of a state that holds one resource twice: the engine would delete the one that the program does not
 * register, and with it the other. Throws E_UNFINISHED.
 */
export async function assertNothingHeldTwice({ request, readState }: VendorLook): Promise<void> {
  if (request.dryRun) return;
  const [found] = heldTwice(await readState());
  if (found === undefined) return;
  const { held, type, id } = found;
  const isRecoverable = isReplacedTwin(found);
  throw new PlantonError({
    code: "E_UNFINISHED",
    message: `the state of stack "${request.stack}" holds the ${type.split(":").at(-1)} "${id}" ${isRecoverable ? "twice, in use and to be deleted" : `twice, as ${held.map(({ urn }) => `"${urn}"`).join(" and ")}`}: an update would delete it`,
    hint: isRecoverable
      ? `planton pulumi recover --stack ${request.stack} takes the deletion out of the state`
      : "take the one that the program does not register out of the state: pulumi state delete, with its urn",
  });
}

/**
 * After an update that did not end cleanly, looks at the vendor for what it may have made: by the run marker, and in an
 * update also by what the state says was begun. Refuses to go on when there is something that the state does not know,
 * because the program would make it a second time, and when it may still come. Throws E_UNFINISHED.
 */
export async function assertNothingUnfinished(look: VendorLook): Promise<void> {
  const { request, vendor, surroundings } = look;
  const marker = readRunMarker(request.rootDirectory, request.stack);
  const state = marker !== undefined || !request.dryRun ? await look.readState() : undefined;
  const owner = marker?.owner ?? look.owner;
  const creates = new Map<string, PendingCreate>();
  for (const create of marker?.creates ?? []) creates.set(urnOfCreate(request, create), { ...create, owner });
  for (const pending of state?.pendingCreates ?? []) creates.set(pending.urn, { ...pending, owner });
  if (creates.size === 0) return;
  const known = new Set([
    ...(state?.resources ?? []).flatMap((resource) => resource.id ?? []),
    ...parseForgotten(request.config.get("planton:forgotten") ?? ""),
  ]);
  const begun = new Set(state?.pendingCreates.map((pending) => pending.urn));
  const unknown: string[] = [];
  for (const [urn, create] of creates) {
    const found = await vendor.findCreated(create, surroundings);
    const unheld = (found ?? []).filter((resource) => !known.has(resource.id));
    unknown.push(...unheld.map((resource) => `${resource.description}, id ${resource.id}`));
    if (found?.length === 0 && begun.has(urn)) unknown.push(`${urn.split("::").at(-1) ?? ""}, which may still come`);
  }
  if (unknown.length === 0) return;
  throw new PlantonError({
    code: "E_UNFINISHED",
    message: `the last update of stack "${request.stack}" did not end cleanly and may have made ${unknown.join("; ")}: the state does not hold it`,
    hint: `planton pulumi recover --stack ${request.stack} takes it into the state; without that it would be made a second time`,
  });
}
