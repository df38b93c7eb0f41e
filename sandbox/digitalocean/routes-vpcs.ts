import { textField } from "../kit/json-fields.js";
import { Refusal } from "../kit/refusal.js";
import type { Answer } from "../kit/sandbox-vendor.js";
import { accountState, type DigitalOceanRoute, noContent, type Request } from "./account-request.js";
import { regions } from "./engines.js";
import { isVpcRange, rangesOverlap as overlap } from "./ip-range.js";
import { listAnswer } from "./list-answer.js";
import { messages, rangeOverlaps } from "./messages.js";
import { timeText, type Vpc } from "./state.js";
import { defaultVpc, pickRange } from "./vpcs.js";

/** `/v2/vpcs`: create, list, get, change, delete, members. */
export const vpcRoutes: readonly DigitalOceanRoute[] = [
  { method: "POST", path: "/v2/vpcs", handle: create },
  {
    method: "GET",
    path: "/v2/vpcs",
    handle: (request) => listAnswer(request, "vpcs", accountState(request).vpcs.map(vpcAnswer)),
  },
  {
    method: "GET",
    path: "/v2/vpcs/:vpc",
    handle: (request) => ({ status: 200, body: { vpc: vpcAnswer(vpcOf(request)) } }),
  },
  { method: "PUT", path: "/v2/vpcs/:vpc", handle: change },
  { method: "PATCH", path: "/v2/vpcs/:vpc", handle: change },
  { method: "DELETE", path: "/v2/vpcs/:vpc", handle: remove },
  {
    method: "GET",
    path: "/v2/vpcs/:vpc/members",
    handle: (request) => listAnswer(request, "members", members(request, vpcOf(request))),
  },
];

function create(request: Request): Answer {
  const state = accountState(request);
  const region = textField(request.body, "region");
  if (!regions.includes(region)) throw new Refusal(422, messages.region);
  const name = checkName(request, textField(request.body, "name"));
  const description = checkDescription(textField(request.body, "description"));
  // Each region has a default before anything else, so that a VPC of the caller's never becomes it by being the first.
  defaultVpc(request, region);
  const vpc: Vpc = {
    id: request.uuid(),
    name,
    region,
    ipRange: checkRange(request, textField(request.body, "ip_range")),
    description,
    default: false,
    createdAt: timeText(request.nowMs),
    given: false,
  };
  state.vpcs.push(vpc);
  return { status: 201, body: { vpc: vpcAnswer(vpc) } };
}

function change(request: Request): Answer {
  const vpc = vpcOf(request);
  const name = textField(request.body, "name");
  const description = textField(request.body, "description");
  if (name !== "") vpc.name = checkName(request, name, vpc);
  if (description !== "") vpc.description = checkDescription(description);
  if (request.body["default"] === true && !vpc.default) {
    for (const other of accountState(request).vpcs) if (other.region === vpc.region) other.default = false;
    vpc.default = true;
  }
  return { status: 200, body: { vpc: vpcAnswer(vpc) } };
}

function remove(request: Request): Answer {
  const state = accountState(request);
  const vpc = vpcOf(request);
  if (vpc.default) throw new Refusal(403, messages.vpcDefault);
  if (members(request, vpc).length > 0) throw new Refusal(409, messages.vpcMembers);
  state.vpcs = state.vpcs.filter((entry) => entry !== vpc);
  return noContent;
}

function vpcOf(request: Request): Vpc {
  const vpc = accountState(request).vpcs.find(({ id }) => id === request.params["vpc"]);
  if (vpc === undefined) throw new Refusal(404, messages.vpcNotFound);
  return vpc;
}

function members(request: Request, vpc: Vpc): readonly unknown[] {
  const { clusters, leaving } = accountState(request);
  const present = clusters
    .filter((cluster) => cluster.vpcId === vpc.id)
    .map((cluster) => ({
      urn: `do:dbaas:${cluster.id}`,
      name: cluster.name,
      created_at: timeText(cluster.createdAtMs),
    }));
  const gone = leaving
    .filter(({ vpcId, goneAtMs }) => vpcId === vpc.id && (goneAtMs === null || goneAtMs > request.nowMs))
    .map(({ urn, name, createdAt }) => ({ urn, name, created_at: createdAt }));
  const type = request.query.get("resource_type");
  return type === null || type === "" || type === "database" || type === "dbaas" ? [...present, ...gone] : [];
}

function vpcAnswer(vpc: Vpc): Readonly<Record<string, unknown>> {
  return {
    id: vpc.id,
    urn: `do:vpc:${vpc.id}`,
    name: vpc.name,
    description: vpc.description,
    region: vpc.region,
    ip_range: vpc.ipRange,
    default: vpc.default,
    created_at: vpc.createdAt,
  };
}

function checkName(request: Request, name: string, own?: Vpc): string {
  if (!/^[a-zA-Z0-9.-]+$/.test(name)) throw new Refusal(422, messages.vpcName);
  if (accountState(request).vpcs.some((vpc) => vpc !== own && vpc.name === name))
    throw new Refusal(422, messages.vpcNameTaken);
  return name;
}

function checkDescription(description: string): string {
  if (description.length > 255) throw new Refusal(422, messages.vpcDescription);
  return description;
}

function checkRange(request: Request, range: string): string {
  if (range === "") return pickRange(request);
  if (!isVpcRange(range)) throw new Refusal(422, messages.vpcRange);
  const other = accountState(request).vpcs.find(({ ipRange }) => overlap(ipRange, range));
  if (other !== undefined) throw new Refusal(422, rangeOverlaps(other.name, other.ipRange));
  return range;
}
