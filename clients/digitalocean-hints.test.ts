import { expect, test } from "vitest";
import { hints } from "./digitalocean-hints.js";

const hintFor = (message: string): string | undefined =>
  hints.find(({ pattern, isBeside }) => isBeside !== true && pattern.test(message))?.hint;

/** An error as the plugin reports it. */
const pluginError = (status: number, text: string, path = "databases"): string =>
  `error: 1 error occurred:\n\t* Error creating it: POST https://api.digitalocean.com/v2/${path}: ${status} (request "r-1") ${text}`;

test.each([
  [pluginError(401, "Unable to authenticate you"), "refuses the token"],
  ['DigitalOcean refuses the token: "Unable to authenticate you"', "refuses the token"],
  [pluginError(422, "invalid cluster engine version"), "versions"],
  [pluginError(422, "cluster cannot be upgraded to the requested version"), "versions"],
  [pluginError(422, "Redis cluster creates are no longer supported as of 2025-04-30T00:00:00Z"), "valkey"],
  [pluginError(422, "invalid node count"), "nodes by engine"],
  [pluginError(422, "storage size cannot be decreased"), "storage_gib"],
  [pluginError(422, "invalid region"), "region slug"],
  [pluginError(422, "invalid private network uuid"), "vpc must be"],
  [pluginError(422, "private network not found"), "vpc must be"],
  [pluginError(422, "private network is not in the region of the cluster"), "vpc must be"],
  [pluginError(422, "invalid size"), "sizes by engine"],
  [pluginError(409, "Can not delete VPC with members", "vpcs/1"), "still in the VPC"],
  [pluginError(403, "Can not delete default VPC", "vpcs/1"), "default"],
  [
    pluginError(422, "This range/size overlaps with another VPC network in your account: a 10.0.0.0/16.", "vpcs"),
    "ip_range",
  ],
  [pluginError(422, "A VPC with that name already exists in your account", "vpcs"), "names are unique"],
  [pluginError(422, "tag of firewall rule does not exist"), "trusted source"],
  [pluginError(412, "cluster is not online"), "online"],
  [pluginError(403, "You are not authorized to perform this operation."), "scope"],
  [pluginError(429, "API rate limit exceeded."), "5000"],
  [pluginError(422, "droplet limit reached"), "limit"],
  ['error: Error deleting VPC: DELETE https://api.digitalocean.com/v2/vpcs/1: 404 (request "r") gone', "no more"],
  [pluginError(409, "user already exists", "databases/1/users"), "import_id"],
  [pluginError(422, "pool name is not available", "databases/1/pools"), "import_id"],
  [pluginError(422, "operation is not supported for this cluster type", "databases/1/dbs"), "engine lacks it"],
  [pluginError(422, "invalid pool size", "databases/1/pools"), "25 connections"],
  [pluginError(500, "Unexpected server-side error", "databases/1/pools"), "have to be there first"],
  [pluginError(422, "user not found", "databases/1/pools"), "have to be there first"],
  [
    'error resizing database replica: PUT https://api.digitalocean.com/v2/databases/1/resize: 422 (request "r-1") invalid storage size',
    "that a replica has",
  ],
  [pluginError(404, "cluster not found", "databases/1/users"), "not its name"],
  [pluginError(422, "replica cannot be smaller than the cluster", "databases/1/replicas"), "only grow"],
  [pluginError(422, "invalid size", "databases/1/replicas"), "sizes by engine"],
  [pluginError(422, "the default database cannot be deleted", "databases/1/dbs/admin"), "retain_on_delete"],
  ["error: must use the ID of the source database cluster and the name of the user joined with a comma", "import_id"],
  ["error: Timeout waiting to DatabaseReplica to become online", "replica"],
  ["error: Timeout waiting to database cluster to become online", "recover"],
])("%s", (message, part) => {
  expect(hintFor(message)).toContain(part);
});

test.each([
  'error: unknown stack "organization/net/DigitalOceanVpc.main"',
  "error: no stack named 'organization/vpc/prod': not found",
  "error: operation error S3: PutObject: User: arn:aws:iam::1:user/me is not authorized to perform: s3:PutObject",
  "error: S3 PutObject: PreconditionFailed: the region is not that of the bucket",
  'error: invalid version "x"',
  'error: file name "orders" already exists',
  "error: write: file size limit exceeded, unsupported size",
])("says nothing about %s", (message) => {
  expect(hintFor(message)).toBeUndefined();
});

test.each([
  [
    "error creating DatabaseFirewall: PUT https://api.digitalocean.com/v2/databases/1/firewall: 422 tag does not exist",
    true,
  ],
  [
    "error updating DatabaseFirewall: PUT https://api.digitalocean.com/v2/databases/1/firewall: 422 tag does not exist",
    false,
  ],
  [pluginError(422, "invalid size"), false],
])("%s: that the cluster is open meanwhile is said: %s", (message, isOpen) => {
  const beside = hints.filter(({ isBeside, pattern }) => isBeside === true && pattern.test(message));
  expect(beside.some(({ hint }) => hint.includes("open to the whole internet"))).toBe(isOpen);
});
