import { Refusal } from "../kit/base/refusal.js";
import { accountState, type Request } from "./account-request.js";
import { isUuid } from "./clusters/check-cluster.js";
import { freeRange } from "./ip-range.js";
import { messages } from "./messages.js";
import { type Cluster, timeText, type Vpc } from "./state.js";

/** The region's default VPC of the caller's account, made when it is first needed. */
export function defaultVpc(request: Request, region: string): Vpc {
  const { vpcs } = accountState(request);
  const present = vpcs.find((vpc) => vpc.region === region && vpc.default);
  if (present !== undefined) return present;
  const taken = new Set(vpcs.map(({ name }) => name));
  const name = taken.has(`default-${region}`) ? `default-${region}-${request.randomText(6)}` : `default-${region}`;
  const made: Vpc = {
    id: request.uuid(),
    name: name.replace(/_/g, "-"),
    region,
    ipRange: pickRange(request),
    description: "",
    default: true,
    createdAt: timeText(request.nowMs),
    given: true,
  };
  vpcs.push(made);
  return made;
}

/** A range for a VPC that overlaps no other of the account. */
export function pickRange(request: Request): string {
  const range = freeRange(accountState(request).vpcs.map(({ ipRange }) => ipRange));
  if (range === undefined) throw new Refusal(422, messages.vpcRange);
  return range;
}

/** The VPC for a new cluster: the one asked for, or the region's default. Refuses an unknown one and one elsewhere. */
export function vpcForCluster(request: Request, id: string, region: string): Vpc {
  if (id === "") return defaultVpc(request, region);
  if (!isUuid(id)) throw new Refusal(422, messages.privateNetwork);
  const vpc = accountState(request).vpcs.find((entry) => entry.id === id);
  if (vpc === undefined) throw new Refusal(422, messages.privateNetworkMissing);
  if (vpc.region !== region) throw new Refusal(422, messages.privateNetworkRegion);
  return vpc;
}

/** A deleted cluster or replica counts as a member of its VPC for a while. */
export function leaveVpc(request: Request, left: Pick<Cluster, "id" | "name" | "vpcId" | "createdAtMs">): void {
  const state = accountState(request);
  state.leaving = state.leaving.filter(({ goneAtMs }) => goneAtMs === null || goneAtMs > request.nowMs);
  state.leaving.push({
    vpcId: left.vpcId,
    urn: `do:dbaas:${left.id}`,
    name: left.name,
    createdAt: timeText(left.createdAtMs),
    goneAtMs: request.doneAtMs("leave"),
  });
}
