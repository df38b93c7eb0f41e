import { expect, test } from "vitest";
import { hints } from "./tidbcloud-hints.js";

const api = "https://serverless.tidbapi.com/v1beta1/clusters";
const hintFor = (message: string): string | undefined => hints.find(({ pattern }) => pattern.test(message))?.hint;

test.each([
  [`GET ${api}: 401 (trace "t") the API key cannot be authenticated`, "refuses the keys"],
  [
    `POST ${api}: 400 the organization has reached its limit of 5 free clusters; to create more, add a credit card and set a spending limit`,
    "a few free clusters",
  ],
  [`POST ${api}: 400 (trace "t"; attempts: 2) project 7 does not exist`, "project_id"],
  [`POST ${api}: 400 region "regions/aws-xx-1" is not supported: unknown region`, "a region"],
  [`PATCH ${api}/1: 400 spendingLimit.monthly 1 is out of range`, "this month"],
  [`PUT ${api}/1/password: 400 the password must be between 8 and 64 characters long`, "8 to 64"],
  [`PUT ${api}/1/password: 429 The request exceeded the limit of 100 times per apikey per minute.`, "100 requests"],
  [`PUT ${api}/1/password: 403 the API key does not have permission to access the resource`, "role"],
  [`GET ${api}: 403 (trace "t") no`, "role"],
])("%s", (message, part) => {
  expect(hintFor(message)).toContain(part);
});

test.each([
  `the record "/home/me/.planton/intents/tidbcloud-1.json" cannot be written: EACCES: permission denied, open '1.json'`,
  'a cluster "password-store" is there already, and this stack did not make it: "1"',
  '"abc.root" is the root user, which belongs to the cluster\nhint: give its password at the cluster',
  "incorrect passphrase or password",
  "spendingLimitMonthlyCents (Starter) and autoScaling (Essential) are mutually exclusive",
  "error: no stack named 'organization/my-project/prod' found: project not found",
  `PUT ${api}/1/password: fetch failed`,
])("says nothing about %s", (message) => {
  expect(hintFor(message)).toBeUndefined();
});
