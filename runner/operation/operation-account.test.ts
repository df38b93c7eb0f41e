import { readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type OperationBed, openOperationBed, vpcType } from "../../test/support/in-process/operation-bed.js";
import { vpcInput } from "../../test/support/kinds/stack-inputs.js";
import { skipAccountCheckVariable } from "../credentials/verify-account.js";
import { readRunHandoff } from "../project/run-handoff.js";
import type { StackSelection } from "../session/prepare-stack.js";
import type { OperationName } from "./run-operation.js";

const stack = "vpc.net";
const input = "app/stack-input.yaml";
const vpc = { type: vpcType, name: "net", id: "vpc-1", inputs: { name: "net" } };
const operations = ["up", "preview", "refresh", "destroy"] as const;
const standardInput = { stackInput: "-", projectDir: "app" };

let bed: OperationBed;
beforeEach(() => {
  bed = openOperationBed();
  bed.write(input, vpcInput({ name: "net" }));
  bed.stdin = vpcInput({ name: "net" });
});
afterEach(() => bed.close());

async function made(selection: Partial<StackSelection> = {}): Promise<void> {
  await bed.establish([vpc], selection);
}

const run = (name: OperationName | "recover", selection: Partial<StackSelection> = {}): Promise<unknown> =>
  name === "recover" ? bed.recover(selection) : bed.run(name, selection);

const passedOf = (name: OperationName): string | undefined =>
  bed.pulumi.calls.findLast(({ args }) => args[0] === name)?.env[skipAccountCheckVariable];

describe("credentials of another account", () => {
  test.each([...operations, "recover"] as const)("are refused by %s before pulumi changes anything", async (name) => {
    await made();
    const settings = bed.settings(stack);
    bed.env["DIGITALOCEAN_TOKEN"] = "second-token";
    await expect(run(name)).rejects.toMatchObject({ code: "E_IDENTITY_ACCOUNT" });
    expect(bed.changes()).toEqual([]);
    expect(bed.settings(stack)).toBe(settings);
  });

  test.each(["refresh", "destroy", "recover"] as const)("are refused by %s without the stack input", async (name) => {
    await made();
    renameSync(join(bed.folder, input), join(bed.folder, "gone.yaml"));
    bed.env["DIGITALOCEAN_TOKEN"] = "second-token";
    await expect(run(name)).rejects.toMatchObject({ code: "E_IDENTITY_ACCOUNT" });
    expect(bed.changes()).toEqual([]);
  });

  test.each(operations)("are refused by %s of a stack from standard input", async (name) => {
    await made(standardInput);
    bed.env["DIGITALOCEAN_TOKEN"] = "second-token";
    await expect(run(name, standardInput)).rejects.toMatchObject({ code: "E_IDENTITY_ACCOUNT" });
    expect(bed.changes()).toEqual([]);
  });

  test("make a stack of their own in a new folder, where nothing is recorded", async () => {
    bed.env["DIGITALOCEAN_TOKEN"] = "second-token";
    await made();
    expect(bed.record(stack)?.account).toBe("team-2");
  });
});

describe("credentials that may not read their account", () => {
  beforeEach(async () => {
    await made();
    bed.vendor.accounts = {};
  });

  test.each(operations)("pass at %s by a resource that they can read, and the program is informed", async (name) => {
    bed.vendor.existing.set("vpc-1", "present");
    bed.makes(vpc);
    expect(await bed.run(name)).toBe(0);
    expect(passedOf(name)).toBe("team-1");
  });

  test.each([
    ...operations,
    "recover",
  ] as const)("are refused by %s when they see nothing of the stack", async (name) => {
    await expect(run(name)).rejects.toMatchObject({ code: "E_IDENTITY_ACCOUNT" });
    bed.vendor.existing.set("vpc-1", "unreadable");
    await expect(run(name)).rejects.toMatchObject({ code: "E_IDENTITY_ACCOUNT" });
    expect(bed.changes()).toEqual([]);
  });

  test.each(operations)("pass at %s on the user's word", async (name) => {
    expect(await bed.run(name, { skipAccountCheck: true })).toBe(0);
    expect(passedOf(name)).toBe("team-1");
  });

  test.each([
    "refresh",
    "destroy",
  ] as const)("are held against the account at %s without the stack input", async (name) => {
    renameSync(join(bed.folder, input), join(bed.folder, "gone.yaml"));
    await expect(bed.run(name)).rejects.toMatchObject({ code: "E_IDENTITY_ACCOUNT" });
    bed.vendor.existing.set("vpc-1", "present");
    expect(await bed.run(name)).toBe(0);
    expect(passedOf(name)).toBe("team-1");
  });

  test("pass with a state that holds nothing of the vendor's", async () => {
    bed.change(stack, (deployment) => {
      deployment.resources = deployment.resources?.filter(({ type }) => type.startsWith("pulumi:")) ?? [];
    });
    expect(await bed.run("up")).toBe(0);
  });
});

test("records no account that cannot be read, and the one of the first up that can", async () => {
  const { accounts } = bed.vendor;
  bed.vendor.accounts = {};
  await made();
  expect(bed.record(stack)?.account).toBeUndefined();
  expect(passedOf("up")).toBeUndefined();
  bed.vendor.accounts = accounts;
  await bed.run("preview");
  expect(bed.record(stack)?.account).toBeUndefined();
  await bed.run("up");
  expect(bed.record(stack)?.account).toBe("team-1");
});

test("needs no credentials to destroy without the stack input: the plugin has what the state has", async () => {
  await made();
  renameSync(join(bed.folder, input), join(bed.folder, "gone.yaml"));
  delete bed.env["DIGITALOCEAN_TOKEN"];
  expect(await bed.run("destroy")).toBe(0);
  await expect(bed.run("up")).rejects.toMatchObject({ code: "E_LOAD_NOT_FOUND" });
});

function readHanded(handoff: ReturnType<typeof readRunHandoff>): string {
  return readFileSync(handoff?.stackInput?.file ?? "none", "utf8");
}

describe("a stack input from standard input", () => {
  test("records the account and no path, hands its content over in a private file, and selects nothing", async () => {
    let handed: ReturnType<typeof readRunHandoff>;
    let content = "";
    bed.pulumi.scripts.push(({ env }) => {
      handed = readRunHandoff(env, stack);
      content = readHanded(handed);
      return undefined;
    });
    expect(await bed.run("up", standardInput)).toBe(0);
    expect(bed.record(stack)).toEqual({ stack, account: "team-1", id: expect.any(String) });
    expect(content).toBe(bed.stdin);
    expect(() => readHanded(handed)).toThrow("ENOENT");
    expect(bed.changes().map((line) => line.split(" ")[1])).toEqual(["init", "--stack"]);
  });

  test.each([
    "refresh",
    "destroy",
  ] as const)("runs the program at %s only where the state has resources", async (name) => {
    await made(standardInput);
    expect(await bed.run(name, standardInput)).toBe(0);
    bed.change(stack, (deployment) => {
      deployment.resources = [];
    });
    expect(await bed.run(name, standardInput)).toBe(0);
    const command = `${name} --stack ${stack} --yes`;
    expect(bed.changes()).toEqual([`${command} --run-program`, command]);
  });
});
