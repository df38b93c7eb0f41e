import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Deployment } from "../../test/support/in-process/memory-deployment.js";
import {
  codeOf,
  codesOf,
  type OperationBed,
  openOperationBed,
  vpcType,
} from "../../test/support/in-process/operation-bed.js";
import { vpcInput } from "../../test/support/kinds/stack-inputs.js";
import { possibleStateFiles } from "../pulumi/stack-ref.js";

const stack = "vpc.first";
const former = "digital-ocean-vpc.first";
const input = "app/stack-input.yaml";
const vpc = { type: vpcType, name: "first", id: "vpc-1", inputs: { name: "first" } };

const empty: Deployment = {
  manifest: { time: "2026-08-21T10:00:00Z" },
  secrets_providers: { type: "passphrase", state: { salt: "v1:0:salt" } },
  metadata: {},
};

let bed: OperationBed;
beforeEach(() => {
  bed = openOperationBed();
  bed.write(input, vpcInput({ name: "first" }));
});
afterEach(() => bed.close());

/** A stack with a VPC under a name of its own, made as planton made it when that was the derived one. */
const madeAs = (name: string): Promise<void> => bed.establish([vpc], { stack: name });

const settingsPath = (name: string): string => join(bed.folder, `app/Pulumi.${name}.yaml`);
const inits = (): readonly string[] => bed.changes().filter((line) => line.startsWith("stack init"));
const mentioned = (): readonly string[] =>
  bed.pulumi.calls.map(({ args }) => args.join(" ")).filter((line) => line.includes(former));

describe("a stack of the former name with its settings file", () => {
  test("goes on under that name in all commands", async () => {
    await madeAs(former);
    expect(await codesOf(bed)).toEqual({
      up: "ended: 0",
      preview: "ended: 0",
      refresh: "ended: 0",
      destroy: "ended: 0",
      recover: expect.stringMatching(/^ended: /),
    });
    expect(mentioned().length).toBeGreaterThan(4);
    expect(bed.pulumi.calls.filter(({ args }) => args.includes(stack))).toEqual([]);
    expect(inits()).toEqual([]);
  });

  test("goes on when its stack input was moved, or came by standard input", async () => {
    await madeAs(former);
    bed.write("app/new.yaml", vpcInput({ name: "first" }));
    rmSync(join(bed.folder, input));
    bed.stdin = vpcInput({ name: "first" });
    expect(await bed.run("up", { stackInput: "-", projectDir: "app" })).toBe(0);
    expect(await bed.run("up", { stackInput: "app/new.yaml" })).toBe(0);
    expect(inits()).toEqual([]);
    expect(bed.record(former)?.stackInput).toBe("new.yaml");
  });

  test("goes on where no run ever recorded whose it is", async () => {
    bed.stdin = vpcInput({ name: "first" });
    const piped = { stackInput: "-", projectDir: "app" };
    await bed.establish([vpc], { ...piped, stack: former });
    expect(bed.record(former)?.target).toBeUndefined();
    for (const name of ["up", "preview", "destroy"] as const) expect(await bed.run(name, piped)).toBe(0);
    expect(bed.changes()).toContain(`up --stack ${former} --yes`);
    expect(inits()).toEqual([]);
  });

  test("is taken by the stack input when plain pulumi made it and it is empty", async () => {
    bed.write("app/Pulumi.yaml", "name: app\nruntime: planton\n");
    writeFileSync(settingsPath(former), "config: {}\n");
    bed.pulumi.write(bed.place(former), empty);
    bed.makes(vpc);
    expect(await bed.run("up")).toBe(0);
    expect(bed.record(former)).toMatchObject({ target: { name: "first" }, id: expect.any(String) });
    expect(inits()).toEqual([]);
  });
});

describe.each(["s3://states", "file:///"])("a stack of the former name without settings, in %s", (backend) => {
  beforeEach(() => {
    bed.env["PULUMI_BACKEND_URL"] = backend === "file:///" ? `file://${join(bed.folder, "states")}` : backend;
  });

  const lost = async (): Promise<void> => {
    await madeAs(former);
    rmSync(settingsPath(former));
  };

  test.each([{}, { newStack: true }])("is refused by its name with %o, and no second one is made", async (change) => {
    await lost();
    for (const name of ["up", "preview"] as const) {
      const error: unknown = await bed.run(name, change).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "E_IDENTITY_STACK_EXISTS", message: expect.stringContaining(`"${former}"`) });
    }
    expect(bed.pulumi.read(bed.place(stack))).toBeUndefined();
  });

  test("is taken on request", async () => {
    await lost();
    expect(await bed.run("destroy", { adoptStack: true })).toBe(0);
    expect(bed.record(former)).toMatchObject({ target: { name: "first" } });
    expect(inits()).toEqual([]);
  });

  test("is refused beside one of the new name until one is selected", async () => {
    await lost();
    bed.pulumi.write(bed.place(stack), empty);
    const error: unknown = await bed.run("up").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "E_IDENTITY_STACK_EXISTS",
      message: expect.stringContaining(`"${stack}"`),
      hint: expect.stringContaining(`--stack ${former}`),
    });
    const exists = "E_IDENTITY_STACK_EXISTS";
    expect(await codesOf(bed, { adoptStack: true })).toEqual({
      up: exists,
      preview: exists,
      refresh: exists,
      destroy: exists,
      recover: exists,
    });
    expect(await bed.run("up", { stack: former, adoptStack: true })).toBe(0);
    expect(await bed.run("up")).toBe(0);
    expect(bed.changes().filter((line) => line.startsWith("up"))).toEqual([
      `up --stack ${former} --yes`,
      `up --stack ${former} --yes`,
    ]);
  });

  test("is refused beside settings of the new name that planton has not written", async () => {
    await lost();
    writeFileSync(settingsPath(stack), "config: {}\n");
    bed.pulumi.write(bed.place(stack), empty);
    expect(await codeOf(bed.run("up"))).toBe("E_IDENTITY_STACK_EXISTS");
    expect(await bed.run("up", { stack })).toBe(0);
    expect(await bed.run("up")).toBe(0);
  });
});

describe("a stack that never had the former name", () => {
  test("is made without a further process on a file:// backend", async () => {
    bed.env["PULUMI_BACKEND_URL"] = `file://${join(bed.folder, "states")}`;
    await bed.run("up");
    expect(mentioned()).toEqual([]);
    expect(inits()).toEqual([`stack init --stack ${stack} --no-select`]);
  });

  test("asks other backends once, before it is made", async () => {
    await bed.run("up");
    expect(mentioned()).toEqual([`stack export --stack ${former}`]);
    for (const name of ["up", "preview", "destroy"] as const) await bed.run(name);
    expect(mentioned()).toHaveLength(1);
  });

  test("is not made when the former one may be of an old or compressed form", async () => {
    bed.env["PULUMI_BACKEND_URL"] = `file://${join(bed.folder, "states")}`;
    const paths = possibleStateFiles(bed.place(former)) ?? [];
    expect(paths).toHaveLength(6);
    for (const path of paths) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, "{}");
      bed.pulumi.write(bed.place(stack), empty);
      expect(await codeOf(bed.run("up"))).toBe("E_IDENTITY_STACK_EXISTS");
      rmSync(path);
      rmSync(join(bed.folder, "states"), { recursive: true });
    }
    expect(inits()).toEqual([]);
  });
});
