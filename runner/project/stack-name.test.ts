import { describe, expect, it } from "vitest";
import { defaultStackName, formerStackName, fullStackName } from "./stack-name.js";

describe("a stack's default name", () => {
  it.each([
    ["DigitalOceanVpc", "vpc", undefined, "vpc.net", "digital-ocean-vpc.net"],
    ["DigitalOceanVpc", "vpc", "prod", "prod.vpc.net", "prod.digital-ocean-vpc.net"],
    ["TiDBCloudServerlessCluster", "tidb", undefined, "tidb.net", "ti-db-cloud-serverless-cluster.net"],
  ])("of %s has %s and the environment %s: %s, formerly %s", (kind, shortName, env, name, former) => {
    const target = { kind, name: "net", ...(env === undefined ? {} : { env }) };
    expect([defaultStackName(target, shortName), formerStackName(target)]).toEqual([name, former]);
  });

  it("is cut to what Pulumi takes, and stays one of its own", () => {
    const names = ["a", "b"].flatMap((end) => {
      const target = { kind: "DigitalOceanVpc", env: "e".repeat(32), name: `${"n".repeat(62)}${end}` };
      return [defaultStackName(target, "twelveletter"), formerStackName(target)];
    });
    expect(new Set(names).size).toBe(4);
    for (const name of names) {
      expect(name).toMatch(/^e{32}\.[a-z.-]+n-[0-9a-f]{8}$/);
      expect(fullStackName(name, true)).toHaveLength(100);
    }
  });
});
