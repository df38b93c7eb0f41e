import { stringField } from "../../kit/base/json-fields.js";
import { Refusal } from "../../kit/base/refusal.js";
import { collection } from "../../kit/vendor/collection.js";
import { accountState, type DigitalOceanRoute, type Request } from "../account-request.js";
import { regions } from "../clusters/engines.js";
import { isVpcRange, rangesOverlap as overlap } from "../ip-range.js";
import { messages, rangeOverlaps } from "../messages.js";
import { listResponse, responseForm } from "../response-form.js";
import { timeText, type Vpc } from "../state.js";
import { defaultVpc, pickRange } from "../vpcs.js";

const vpcs = collection<Request, Vpc>({
  path: "/v2/vpcs/:vpc",
  keys: ["vpc", "vpcs"],
  form: responseForm,
  items: (request) => accountState(request).vpcs,
  id: ({ id }) => id,
  view: (vpc) => ({
    id: vpc.id,
    urn: `do:vpc:${vpc.id}`,
    name: vpc.name,
    description: vpc.description,
    region: vpc.region,
    ip_range: vpc.ipRange,
    default: vpc.default,
    created_at: vpc.createdAt,
  }),
  build(body, request) {
    const region = stringField(body, "region");
    if (!regions.includes(region)) throw new Refusal(422, messages.region);
    const name = checkName(stringField(body, "name"));
    const description = checkDescription(stringField(body, "description"));
    // Each region has a default before anything else, so that a VPC of the caller's never becomes it by being the first.
    defaultVpc(request, region);
    const ipRange = checkRange(request, stringField(body, "ip_range"));
    const createdAt = timeText(request.nowMs);
    return { id: request.uuid(), name, region, ipRange, description, default: false, createdAt, given: false };
  },
  unique: { key: ({ name }) => name, taken: () => new Refusal(422, messages.vpcNameTaken) },
  notFound: () => new Refusal(404, messages.vpcNotFound),
  changes: { PUT: change, PATCH: change },
  beforeDelete(vpc) {
    if (vpc.default) throw new Refusal(403, messages.vpcDefault);
  },
  inUse: {
    by: (vpc, request) => members(request, vpc).length > 0,
    refusal: () => new Refusal(409, messages.vpcMembers),
  },
});

/** `/v2/vpcs`: create, list, get, change, delete, members. */
export const vpcRoutes: readonly DigitalOceanRoute[] = [
  ...vpcs.routes,
  {
    method: "GET",
    path: "/v2/vpcs/:vpc/members",
    handle: (request) => listResponse(request, "members", members(request, vpcs.item(request))),
  },
];

function change(vpc: Vpc, request: Request): void {
  const { body } = request;
  const name = stringField(body, "name");
  const description = stringField(body, "description");
  if (name !== "") vpc.name = checkName(name);
  if (description !== "") vpc.description = checkDescription(description);
  if (body["default"] === true && !vpc.default) {
    for (const other of accountState(request).vpcs) if (other.region === vpc.region) other.default = false;
    vpc.default = true;
  }
}

function members(request: Request, vpc: Vpc): readonly unknown[] {
  const { clusters, leaving } = accountState(request);
  const present = clusters
    .flatMap((cluster) => [cluster, ...(cluster.replicas ?? [])])
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

function checkName(name: string): string {
  if (!/^[a-zA-Z0-9.-]+$/.test(name)) throw new Refusal(422, messages.vpcName);
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
