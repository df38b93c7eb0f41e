import { expect, test } from "vitest";
import { hints } from "./digitalocean-hints.js";

const hintFor = (message: string): string | undefined => hints.find(({ pattern }) => pattern.test(message))?.hint;

/** An error as the plugin tells it. */
const told = (status: number, text: string, path = "databases"): string =>
  `error: 1 error occurred:\n\t* Error creating it: POST https://api.digitalocean.com/v2/${path}: ${status} (request "r-1") ${text}`;

test.each([
  [told(401, "Unable to authenticate you"), "refuses the token"],
  ['DigitalOcean refuses the token: "Unable to authenticate you"', "refuses the token"],
  [told(422, "invalid cluster engine version"), "versions"],
  [told(422, "cluster cannot be upgraded to the requested version"), "versions"],
  [told(422, "Redis cluster creates are no longer supported as of 2025-04-30T00:00:00Z"), "valkey"],
  [told(422, "invalid node count"), "nodes by engine"],
  [told(422, "storage size cannot be decreased"), "storage_gib"],
  [told(422, "invalid region"), "region slug"],
  [told(422, "invalid private network uuid"), "vpc must be"],
  [told(422, "private network not found"), "vpc must be"],
  [told(422, "private network is not in the region of the cluster"), "vpc must be"],
  [told(422, "invalid size"), "sizes by engine"],
  [told(409, "Can not delete VPC with members", "vpcs/1"), "still in the VPC"],
  [told(403, "Can not delete default VPC", "vpcs/1"), "default"],
  [told(422, "This range/size overlaps with another VPC network in your account: a 10.0.0.0/16.", "vpcs"), "ip_range"],
  [told(422, "A VPC with that name already exists in your account", "vpcs"), "names are unique"],
  [told(422, "tag of firewall rule does not exist"), "trusted source"],
  [told(412, "cluster is not online"), "online"],
  [told(403, "You are not authorized to perform this operation."), "scope"],
  [told(429, "API rate limit exceeded."), "5000"],
  [told(422, "droplet limit reached"), "limit"],
  ['error: Error deleting VPC: DELETE https://api.digitalocean.com/v2/vpcs/1: 404 (request "r") gone', "no more"],
  [told(409, "user already exists", "databases/1/users"), "import_id"],
  [told(422, "pool name is not available", "databases/1/pools"), "import_id"],
  [told(422, "operation is not supported for this cluster type", "databases/1/dbs"), "engine lacks it"],
  [told(422, "invalid pool size", "databases/1/pools"), "25 connections"],
  [told(500, "Unexpected server-side error", "databases/1/pools"), "have to be there first"],
  [told(422, "user not found", "databases/1/pools"), "have to be there first"],
  [
    'error resizing database replica: PUT https://api.digitalocean.com/v2/databases/1/resize: 422 (request "r-1") invalid storage size',
    "that a replica has",
  ],
  [told(404, "cluster not found", "databases/1/users"), "not its name"],
  [told(422, "replica cannot be smaller than the cluster", "databases/1/replicas"), "only grow"],
  [told(422, "invalid size", "databases/1/replicas"), "sizes by engine"],
  [told(422, "the default database cannot be deleted", "databases/1/dbs/admin"), "retain_on_delete"],
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
