import { expect, it } from "vitest";
import { shortNameProblem } from "./short-name.js";

const others = [{ kind: "DigitalOceanVpc", shortName: "vpc" }];

it.each(["db", "s3", "dbreplica", "twelveletter"])("takes %s", (shortName) => {
  expect(shortNameProblem({ shortName }, others)).toBeUndefined();
});

it.each([
  "",
  "d",
  "thirteenletter",
  "Db",
  "db-pool",
  "db.pool",
  "2db",
  "sandbox",
])('rejects "%s" by its form', (shortName) => {
  expect(shortNameProblem({ shortName }, others)?.message).toContain(`short_name "${shortName}"`);
});

it("rejects a short name that another kind has, which it names", () => {
  expect(shortNameProblem({ shortName: "vpc" }, others)?.message).toContain('"DigitalOceanVpc"');
});
