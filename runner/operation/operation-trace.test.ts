import { afterEach, beforeEach, expect, test } from "vitest";
import { createTrace } from "../../contract/trace.js";
import { type OperationBed, openOperationBed, vpcType } from "../../test/support/in-process/operation-bed.js";
import { vpcInput } from "../../test/support/kinds/stack-inputs.js";

let bed: OperationBed;
let lines: string[];
beforeEach(() => {
  bed = openOperationBed();
  lines = [];
  bed.trace = createTrace({ source: "test[1]", nowMs: () => 0, write: (line) => lines.push(line) });
  bed.write("app/stack-input.yaml", vpcInput({ name: "net" }));
});
afterEach(() => bed.close());

const stages = (): readonly string[] => lines.map((line) => line.split(" ").slice(2, 4).join(" "));

test("an up is traced from its stack input to its stack", async () => {
  bed.makes({ type: vpcType, name: "net", id: "vpc-1", inputs: { name: "net" } });
  expect(await bed.run("up")).toBe(0);
  expect(stages()).toEqual([
    "load begin",
    "load end",
    "selected stack=vpc.net",
    "credentials begin",
    "credentials end",
    "account begin",
    "account end",
    "stack begin",
    "stack end",
  ]);
  lines = [];
  expect(await bed.run("up")).toBe(0);
  expect(stages().at(-1)).toBe("recovery needed=none");
});

test("the stage that fails says why", async () => {
  bed.write("app/stack-input.yaml", vpcInput({ name: "net" }).replace("region", "regoin"));
  await expect(bed.run("up")).rejects.toMatchObject({ code: "E_DECODE_UNKNOWN_FIELD" });
  expect(lines.at(-1)).toContain(" load failed ");
  expect(lines.at(-1)).toContain(" error=E_DECODE_UNKNOWN_FIELD ");
});

test("no line holds the token or the backend's password", async () => {
  bed.env["PULUMI_BACKEND_URL"] = "postgres://states:backend-passw0rd@db/states";
  bed.makes({ type: vpcType, name: "net", id: "vpc-1", inputs: { name: "net" } });
  expect(await bed.run("up")).toBe(0);
  bed.trace.event("later", { url: bed.env["PULUMI_BACKEND_URL"], token: bed.env["DIGITALOCEAN_TOKEN"] });
  expect(lines.filter((line) => line.includes("[secret]"))).toHaveLength(2);
  expect(lines.join("\n")).not.toMatch(/backend-passw0rd|first-token/);
});
