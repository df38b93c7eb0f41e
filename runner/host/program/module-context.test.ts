import { create } from "@bufbuild/protobuf";
import type { ProviderResource } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { MetadataSchema } from "../../../apis/gen/es/planton/shared/v1/metadata_pb.js";
import { moduleContext } from "./module-context.js";

/** Stands for a provider resource; the context only hands it on. */
const providerCalled = (name: string): ProviderResource => ({ name }) as unknown as ProviderResource;

function contextWith(made: string[]) {
  return moduleContext({
    metadata: create(MetadataSchema, { name: "web" }),
    resourceName: "web",
    kind: { stateful: false, ignoredTimeouts: [] },
    owner: "shop-web-1",
    account: undefined,
    provider: providerCalled("cloudflare"),
    createProvider(plugin) {
      made.push(plugin);
      return providerCalled(plugin);
    },
    resolved: new Map(),
    siblings: () => undefined as never,
    warn: () => {},
    appliesManifest: true,
    files: { base: "/shop/infra", root: "/shop" },
    readExisting: async () => undefined,
    state: [],
  });
}

test("a resource is made by the first plugin's provider, unless it is given that of another plugin, made once", () => {
  const made: string[] = [];
  const context = contextWith(made);
  expect(context.primary().provider).toEqual({ name: "cloudflare" });
  expect(made).toEqual([]);
  const provider = context.providerOf("planton-cloudflare");
  expect(context.companion("-config", { provider }).provider).toEqual({ name: "planton-cloudflare" });
  expect(context.providerOf("planton-cloudflare")).toBe(provider);
  expect(context.companion("-other").provider).toEqual({ name: "cloudflare" });
  expect(made).toEqual(["planton-cloudflare"]);
});

test("a local path starts at the manifest", () => {
  expect(contextWith([]).localPath("../web/dist")).toEqual({ path: "/shop/web/dist", root: "/shop" });
});
