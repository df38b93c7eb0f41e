import { expect, test } from "vitest";
import { hints } from "./hints.js";

const api = "https://api.doppler.com/v3/configs/config/secret";

test.each([
  ['a secret "A" is in config "dev" of project "shop" already, and this stack did not make it', "adopt_if_found"],
  [`GET ${api}: 401 Invalid Auth token`, "DOPPLER_TOKEN"],
  [`GET ${api}: 400 This token does not have access to requested config 'prd'`, "one project and config"],
  [`GET ${api}: 404 Could not find requested project 'shop'`, "have to be there"],
  [`POST ${api}s: 403 You do not have permission to perform this operation`, "may only read"],
  ['the secret "shop.dev.A" cannot be imported: it is restricted, and the token may not read its value', "masked"],
  [`GET ${api}: 429 (attempts: 5) Too many requests`, "wait a minute"],
])("%s", (message, part) => {
  expect(hints.find(({ pattern }) => pattern.test(message))?.hint).toContain(part);
});

test("says nothing about what it does not know", () => {
  const message = `POST ${api}s: 400 Bad request\nhint: the token needs read and write access to the project and the config`;
  expect(hints.some(({ pattern }) => pattern.test(message))).toBe(false);
});
