import { describe, expect, it } from "vitest";
import { file_planton_digitalocean_v1_digital_ocean_vpc as vpcFile } from "../apis/gen/es/planton/digitalocean/v1/digital_ocean_vpc_pb.js";
import { kindEntry, providerEntry } from "./catalog-entries.js";

const vpc = {
  kind: "DigitalOceanVpc",
  provider: "digitalocean",
  apiVersion: "digital-ocean.planton.dev/v1",
  idPrefix: "dovpc",
  shortName: "vpc",
  stateful: false,
  ignoredTimeouts: [],
  ignoresLabels: false,
  specKeys: ["region"],
};
const provider = { name: "digitalocean", displayName: "DigitalOcean", credentialsUrl: "", variables: [] };

describe("kindEntry", () => {
  it("gives the kind's messages by their names", () => {
    const { manifest, spec, stackInput, stackOutputs } = kindEntry(vpc, () => vpcFile);
    expect([manifest.name, spec.name, stackInput.name, stackOutputs.name]).toEqual([
      "DigitalOceanVpc",
      "DigitalOceanVpcSpec",
      "DigitalOceanVpcStackInput",
      "DigitalOceanVpcStackOutputs",
    ]);
  });

  it("asks for the file only when a message is read", () => {
    let count = 0;
    const entry = kindEntry(vpc, () => {
      count += 1;
      return vpcFile;
    });
    expect([entry.kind, entry.specKeys, count]).toEqual(["DigitalOceanVpc", ["region"], 0]);
    expect([entry.spec.name, count]).toEqual(["DigitalOceanVpcSpec", 1]);
  });

  it("throws for a message that the file lacks", () => {
    const entry = kindEntry({ ...vpc, kind: "DigitalOceanDroplet" }, () => vpcFile);
    expect(() => entry.spec).toThrow(expect.objectContaining({ code: "E_INTERNAL" }));
  });
});

describe("providerEntry", () => {
  it("gives the provider's config message, or throws when the file lacks it", () => {
    const [configFile] = vpcFile.dependencies.filter(({ name }) => name.endsWith("/provider_config"));
    const entry = providerEntry(
      { ...provider, configMessage: "DigitalOceanProviderConfig" },
      () => configFile ?? vpcFile,
    );
    expect(entry.config.name).toBe("DigitalOceanProviderConfig");
    const broken = providerEntry({ ...provider, configMessage: "Other" }, () => vpcFile);
    expect(() => broken.config).toThrow(expect.objectContaining({ code: "E_INTERNAL" }));
  });
});
