import { describe, expect, it } from "vitest";
import { catalog } from "../../apis/gen/catalog.js";
import { noTrace } from "../../contract/trace.js";
import type { VendorAdapter } from "../../contract/vendor.js";
import { vendors } from "../../modules/gen/vendors.js";
import { openVendorAccess, type ProveAccountInput, proveAccount, skipAccountCheckVariable } from "./verify-account.js";

const vpc = {
  urn: "urn",
  type: "digitalocean:index/vpc:Vpc",
  id: "vpc-1",
  inputs: {},
};
const own = {
  urn: "urn",
  type: "pulumi:providers:digitalocean",
  id: "provider",
  inputs: {},
};
const passed = { [skipAccountCheckVariable]: "team-1" };

/** An input of a stack of "team-1" whose credentials may not read their account. */
function input(
  resources: readonly (typeof vpc)[],
  seen: Awaited<ReturnType<VendorAdapter["readExisting"]>>,
  more: Partial<ProveAccountInput> = {},
): ProveAccountInput {
  const vendor = vendors.find(({ name }) => name === "digitalocean");
  const provider = catalog.providers.find(({ name }) => name === "digitalocean");
  if (vendor === undefined || provider === undefined) throw new Error("the catalog has no digitalocean");
  return {
    vendor: { ...vendor, readExisting: async () => seen },
    provider,
    context: { credentials: {}, env: {}, fetch: () => Promise.reject(new Error("not asked")) },
    origin: "a test",
    account: undefined,
    recorded: "team-1",
    unchecked: false,
    env: {},
    readResources: async () => resources,
    ...more,
  };
}

describe("credentials that may not read their account", () => {
  it.each([
    ["read a resource of the state", input([own, vpc], { tags: [] }), passed],
    ["meet a state without resources of the vendor", input([own], "absent"), passed],
    ["are trusted by the flag", input([vpc], "absent", { unchecked: true }), passed],
    ["are trusted by the variable", input([vpc], "absent", { env: passed }), passed],
    ["meet a stack without a recorded account", input([vpc], "absent", { recorded: undefined }), {}],
    ["could read it after all", input([vpc], "absent", { account: { id: "team-1", name: "us" } }), {}],
  ])("pass when they %s", async (_, given, expected) => {
    expect(await proveAccount(given)).toEqual(expected);
  });

  it.each([
    ["they see nothing of the stack", input([vpc], "absent")],
    ["they may not read it", input([vpc], undefined)],
    ["the variable names another account", input([vpc], "absent", { env: { [skipAccountCheckVariable]: "team-2" } })],
  ])("are refused when %s", async (_, given) => {
    await expect(proveAccount(given)).rejects.toMatchObject({ code: "E_IDENTITY_ACCOUNT" });
  });
});

describe("an account that is known", () => {
  const given = input([], undefined);
  const access = (recorded: string) =>
    openVendorAccess({
      ...given,
      vendors: [given.vendor],
      credentials: { values: { api_token: "t" }, secrets: ["t"], origin: "a test" },
      fetch: given.context.fetch,
      trace: noTrace,
      recorded,
      known: { id: "team-1", name: "us" },
    });

  it("is not asked for again", async () => {
    expect(await access("team-1").readAccount()).toEqual({ id: "team-1", name: "us" });
  });

  it("is refused where another one is recorded", async () => {
    await expect(access("team-2").readAccount()).rejects.toMatchObject({ code: "E_IDENTITY_ACCOUNT" });
  });
});
