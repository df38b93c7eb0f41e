import { cpSync, existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  codeOf,
  codesOf,
  type OperationBed,
  openOperationBed,
  vpcType,
} from "../../test/support/in-process/operation-bed.js";
import { clusterInput, vpcInput } from "../../test/support/kinds/stack-inputs.js";
import { readRunHandoff } from "../project/run-handoff.js";
import type { StackSelection } from "../session/prepare-stack.js";

const stack = "vpc.first";
const input = "app/stack-input.yaml";
const vpc = { type: vpcType, name: "first", id: "vpc-1", inputs: { name: "first" } };

let bed: OperationBed;
beforeEach(() => {
  bed = openOperationBed();
});
afterEach(() => bed.close());

/** A stack "first" with a VPC, made by a good up; gives its settings file. */
async function made(): Promise<string> {
  bed.write(input, vpcInput({ name: "first" }));
  await bed.establish([vpc]);
  return bed.settings(stack);
}

const everywhere = (code: string) => ({ up: code, preview: code, refresh: code, destroy: code, recover: code });

test("a good first up records whose the stack is and selects it, in this order of calls", async () => {
  await made();
  expect(bed.record(stack)).toEqual({
    stack,
    stackInput: "stack-input.yaml",
    target: { kind: "DigitalOceanVpc", name: "first" },
    account: "team-1",
    id: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
  bed.write(input, vpcInput({ name: "second" }));
  bed.makes(vpc);
  await bed.run("up", { newStack: true });
  const second = "vpc.second";
  expect(bed.changes()).toEqual([
    `stack init --stack ${second} --no-select`,
    `up --stack ${second} --yes`,
    `stack select --stack ${second}`,
  ]);
  expect(bed.record(second)?.id).not.toBe(bed.record(stack)?.id);
});

describe("another target than the recorded one", () => {
  test.each<[string, string, Partial<StackSelection>]>([
    ["another name", vpcInput({ name: "second" }), {}],
    ["another environment", vpcInput({ name: "first", env: "prod" }), {}],
    ["another kind", clusterInput("first"), {}],
    ["a stack that is not recorded", vpcInput({ name: "first" }), { stack: "other" }],
  ])("is refused by all operations: %s", async (_, text, change) => {
    const settings = await made();
    bed.write(input, text);
    expect(await codesOf(bed, change)).toEqual(everywhere("E_IDENTITY_CHANGED"));
    expect(bed.pulumi.calls).toEqual([]);
    expect(bed.settings(stack)).toBe(settings);
  });

  test("rejects a stack's name with a slash", async () => {
    await made();
    expect(await codeOf(bed.run("up", { stack: "us/app/first" }))).toBe("E_USAGE");
  });

  test.each<[string, string, string, string | undefined]>([
    ["name", vpcInput({ name: "second" }), "DigitalOceanVpc/second", "first"],
    ["environment", vpcInput({ name: "first", env: "prod" }), "DigitalOceanVpc/prod/first", undefined],
    ["kind", clusterInput("first"), "DigitalOceanDatabaseCluster/first", undefined],
  ])("goes on with --stack under another %s, recorded after a good up alone", async (_, text, target, resourceName) => {
    const settings = await made();
    rmSync(join(bed.folder, "pulumi"), { recursive: true });
    bed.write(input, text);
    expect(await bed.run("preview", { stack })).toBe(0);
    expect(bed.settings(stack)).toBe(settings);
    bed.pulumi.scripts.push(() => 1);
    expect(await bed.run("up", { stack })).toBe(1);
    expect(bed.settings(stack)).toBe(settings);
    expect(bed.changes()).not.toContain(`stack select --stack ${stack}`);
    bed.makes(vpc);
    expect(await bed.run("up", { stack })).toBe(0);
    const last = bed.pulumi.calls.findLast(({ args }) => args[0] === "up");
    expect(readRunHandoff(last?.env ?? {}, stack)?.stackInput).toEqual({
      from: "file",
      file: join(bed.folder, input),
      target,
    });
    expect(bed.settings(stack)).toContain(`planton:target: ${target}\n`);
    expect(bed.record(stack)?.resourceName).toBe(resourceName);
    expect(bed.changes().at(-1)).toBe(`stack select --stack ${stack}`);
  });

  test("keeps the resource's first name through a second change of name", async () => {
    await made();
    for (const name of ["second", "third"]) {
      bed.write(input, vpcInput({ name }));
      bed.makes(vpc);
      await bed.run("up", { stack });
    }
    expect(bed.record(stack)).toMatchObject({ target: { name: "third" }, resourceName: "first" });
  });

  test("is refused with all of its stacks when there are two", async () => {
    await made();
    bed.write(input, vpcInput({ name: "second" }));
    await bed.run("up", { newStack: true });
    bed.write(input, vpcInput({ name: "third" }));
    const error: unknown = await bed.run("up").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "E_IDENTITY_CHANGED", hint: expect.stringContaining(`--stack ${stack} or`) });
  });
});

describe("a stack input that was moved", () => {
  test("keeps its stack, recorded after a good up alone", async () => {
    const settings = await made();
    renameSync(join(bed.folder, input), join(bed.folder, "app/new.yaml"));
    bed.pulumi.scripts.push(() => 1);
    expect(await bed.run("up", { stackInput: "app/new.yaml" })).toBe(1);
    expect(bed.settings(stack)).toBe(settings);
    bed.makes(vpc);
    expect(await bed.run("up", { stackInput: "app/new.yaml" })).toBe(0);
    expect(bed.record(stack)?.stackInput).toBe("new.yaml");
    expect(bed.changes().filter((line) => line.startsWith("stack init"))).toEqual([]);
  });

  test.each(["up", "preview", "refresh", "destroy"] as const)("rejects %s of a copy beside it", async (name) => {
    await made();
    cpSync(join(bed.folder, input), join(bed.folder, "app/copy.yaml"));
    expect(await codeOf(bed.run(name, { stackInput: "app/copy.yaml" }))).toBe("E_IDENTITY_CHANGED");
    expect(bed.pulumi.calls).toEqual([]);
  });
});

describe("a copied folder", () => {
  test("is the same stack while the project keeps its name, and no stack under another", async () => {
    await made();
    cpSync(join(bed.folder, "app"), join(bed.folder, "copy"), { recursive: true });
    const change = { stackInput: "copy/stack-input.yaml" };
    bed.makes(vpc);
    expect(await bed.run("up", change)).toBe(0);
    expect(bed.changes()).toEqual([`up --stack ${stack} --yes`, `stack select --stack ${stack}`]);
    writeFileSync(join(bed.folder, "copy/Pulumi.yaml"), "name: copy\nruntime: planton\n");
    expect(await codesOf(bed, change)).toEqual(everywhere("E_IDENTITY_STACK_MISSING"));
  });

  test("of the same name, without settings, does not take the stack", async () => {
    await made();
    bed.write("elsewhere/app/stack-input.yaml", vpcInput({ name: "first" }));
    expect(await codeOf(bed.run("up", { stackInput: "elsewhere/app/stack-input.yaml" }))).toBe(
      "E_IDENTITY_STACK_EXISTS",
    );
    expect(existsSync(join(bed.folder, `elsewhere/app/Pulumi.${stack}.yaml`))).toBe(false);
  });
});

describe("the sandbox", () => {
  test("has stacks of its own beside those of the vendor", async () => {
    await made();
    bed.env["PLANTON_SANDBOX"] = "1";
    bed.makes(vpc);
    await bed.run("up");
    expect(bed.changes()[0]).toBe(`stack init --stack sandbox.${stack} --no-select`);
    await bed.run("preview", { stack: `sandbox.${stack}` });
    await bed.run("preview", { stack });
    expect(bed.changes().slice(-2)).toEqual([`preview --stack sandbox.${stack}`, `preview --stack sandbox.${stack}`]);
    rmSync(join(bed.folder, input));
    expect(await bed.run("destroy")).toBe(0);
    expect(bed.changes().at(-1)).toBe(`destroy --stack sandbox.${stack} --yes`);
  });
});
