import { describe, expect, it } from "vitest";
import { file_planton_digitalocean_v1_digital_ocean_vpc as vpcFile } from "../apis/gen/es/planton/digitalocean/v1/digital_ocean_vpc_pb.js";
import { file_planton_digitalocean_v1_provider_config as configFile } from "../apis/gen/es/planton/digitalocean/v1/provider_config_pb.js";
import { buildCatalog } from "./build-catalog.js";

describe("buildCatalog", () => {
  const catalog = buildCatalog([vpcFile, configFile]);

  it("takes messages with the kind option, with their sibling messages", () => {
    const [vpc, ...others] = catalog.kinds;
    expect(others).toEqual([]);
    expect(vpc).toMatchObject({
      kind: "DigitalOceanVpc",
      provider: "digitalocean",
      apiVersion: "digital-ocean.planton.dev/v1",
      idPrefix: "dovpc",
      stateful: false,
    });
    expect([vpc?.spec.name, vpc?.stackInput.name, vpc?.stackOutputs.name]).toEqual([
      "DigitalOceanVpcSpec",
      "DigitalOceanVpcStackInput",
      "DigitalOceanVpcStackOutputs",
    ]);
  });

  it("takes messages with the provider option", () => {
    expect(catalog.providers.map(({ name, config }) => [name, config.name])).toEqual([
      ["digitalocean", "DigitalOceanProviderConfig"],
    ]);
  });

  it("takes nothing from files without the options", () => {
    expect(buildCatalog(vpcFile.dependencies)).toMatchObject({ kinds: [] });
  });
});
