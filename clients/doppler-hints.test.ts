import { expect, test } from "vitest";
import { hints } from "./doppler-hints.js";

const api = "https://api.doppler.com/v3/configs/config/secret";

test.each([
  ['a secret "A" is in config "dev" of project "shop" already, and this stack did not make it', "adopt_if_found"],
  [`GET ${api}: 401 Invalid Auth token`, "DOPPLER_TOKEN"],
  [`GET ${api}: 400 This token does not have access to requested config 'prd'`, "one project and config"],
  [`GET ${api}: 404 Could not find requested project 'shop'`, "have to be there"],
  [`POST ${api}s: 403 You do not have permission to perform this operation`, "may only read"],
  [`POST ${api}s: 403 (attempts: 2)`, "may only read"],
  [`POST ${api}s: 400 This token has read-only access to the config`, "may only read"],
  ['Doppler refuses the token: "Invalid Auth token"', "DOPPLER_TOKEN"],
  ['the secret "shop.dev.A" cannot be imported: it is restricted, and the token may not read its value', "masked"],
  [`GET ${api}: 429 (attempts: 5) Too many requests`, "wait a minute"],
])("%s", (message, part) => {
  expect(hints.find(({ pattern }) => pattern.test(message))?.hint).toContain(part);
});

const record =
  'the record "/home/me/.planton/intents/doppler-1.json" cannot be written, and nothing is created without it';

test.each([
  `POST ${api}s: 400 Bad request\nhint: the token needs read and write access to the project and the config`,
  `${record}: EROFS: read-only file system, open 'doppler-1.json'`,
  `${record}: EACCES: permission denied, open 'doppler-1.json'`,
  'the secret "shop.dev.PERMISSION_X" is gone: it was deleted outside of this stack',
  `GET ${api}?name=FORBIDDEN_READONLY: 400 Bad request`,
  "error: could not write the state: StatusCode: 403, Forbidden",
])("says nothing about %s", (message) => {
  expect(hints.find(({ pattern }) => pattern.test(message))).toBeUndefined();
});
