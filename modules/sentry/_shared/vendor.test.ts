import { expect, it } from "vitest";
import type { VendorContext } from "../../../contract/vendor.js";
import { vendorAdapter } from "./vendor.js";

const { readAccount, readExisting, hints } = vendorAdapter;

/** Sentry with one response to everything, and the URLs that it was asked for. */
function sentry(status: number, body: unknown, credentials: Readonly<Record<string, string>> = { token: "marker" }) {
  const urls: string[] = [];
  const fetch: VendorContext["fetch"] = async (url) => {
    urls.push(url);
    return new Response(JSON.stringify(body), { status });
  };
  return { context: { credentials, env: {}, fetch }, urls };
}

const acme = { id: "7", slug: "acme" };

it.each([
  [200, [acme], { id: "7", name: "organization acme" }],
  [200, [acme, { id: "8", slug: "other" }], undefined],
  [200, [], undefined],
  [403, { detail: "You do not have permission to perform this action." }, undefined],
])("gives the one organization of a token for status %i and %j", async (status, body, account) => {
  expect(await readAccount(sentry(status, body).context)).toEqual(account);
});

it("refuses an account for a token that Sentry refuses, without naming the token", async () => {
  const read = readAccount(sentry(401, { detail: "Invalid token marker" }).context);
  const message = expect.not.stringContaining("marker");
  await expect(read).rejects.toMatchObject({ code: "E_CREDENTIALS_REFUSED", message });
});

it("asks at the address that is beside the token", async () => {
  const { context, urls } = sentry(200, [acme], { token: "marker", base_url: "https://de.sentry.io/api/" });
  await readAccount(context);
  expect(urls).toEqual(["https://de.sentry.io/api/0/organizations/"]);
});

it.each([
  ["project:Project", "acme.1", "/0/projects/acme/1/"],
  ["team:Team", "acme.2", "/0/teams/acme/2/"],
  ["clientKey:ClientKey", "acme.1.abc", "/0/projects/acme/1/keys/abc/"],
])("reads a %s of the state", async (name, id, path) => {
  const entry = { type: `planton-sentry:index/${name}`, id, inputs: {} };
  const found = sentry(200, { id: "1" });
  expect(await readExisting(entry, found.context)).toEqual({ tags: [] });
  expect(found.urls).toEqual([`https://sentry.io/api${path}`]);
  expect(await readExisting(entry, sentry(404, { detail: "not here" }).context)).toBe("absent");
  expect(await readExisting(entry, sentry(403, {}).context)).toBeUndefined();
});

it.each([
  ["POST https://sentry.io/api/0/teams/a/b/projects/: 409 A project with this slug already exists.", "another slug"],
  ["PUT https://sentry.io/api/0/projects/a/1/: 400 platform: Invalid platform", "planton explain"],
  ["GET https://sentry.io/api/0/projects/a/1/: 401 Invalid token", "SENTRY_AUTH_TOKEN"],
  ["GET https://sentry.io/api/0/projects/a/1/: 404 The requested resource does not exist", "SENTRY_BASE_URL"],
])("says what to do about %s", (message, cure) => {
  expect(hints.find(({ pattern }) => pattern.test(message))?.hint).toContain(cure);
});
