import { expect, test } from "vitest";
import { catalog } from "../../apis/gen/catalog.js";
import { protoAdvice } from "./proto-advice.js";

const file = "apis/proto/planton/digitalocean/v1/digital_ocean_vpc.proto";

test("names the field or message, the cure and the file", () => {
  const vpc = catalog.kinds.find(({ kind }) => kind === "DigitalOceanVpc");
  const region = vpc?.spec.fields.find(({ name }) => name === "region");
  if (vpc === undefined || region === undefined) throw new Error("the catalog has no VPC with a region");
  expect(protoAdvice(region, "is wrong", "correct it")).toBe(
    `field "region" of DigitalOceanVpcSpec is wrong: correct it, in ${file}`,
  );
  expect(protoAdvice(vpc.manifest, "is wrong", "correct it")).toBe(
    `message DigitalOceanVpc is wrong: correct it, in ${file}`,
  );
});
