import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  codeOf,
  codesOf,
  type OperationBed,
  openOperationBed,
  type RequestChange,
  vpcType,
} from "../../test/support/in-process/operation-bed.js";
import { vpcInput } from "../../test/support/kinds/stack-inputs.js";
import type { OperationName } from "./run-operation.js";

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

function saltIn(settings: string): string | undefined {
  return /^encryptionsalt: (.+)$/m.exec(settings)?.[1];
}

const everywhere = (code: string) => ({ up: code, preview: code, refresh: code, destroy: code, recover: code });

test("another stack of the folder becomes the selected one, and the folder is named", async () => {
  await made();
  bed.write("app/second.yaml", vpcInput({ name: "second" }));
  bed.makes({ ...vpc, name: "second", id: "vpc-2" });
  expect(await bed.run("up", { stackInput: "app/second.yaml" })).toBe(0);
  const said = `"vpc.second" is now the selected one of "${join(bed.folder, "app")}"`;
  expect(bed.console.lines.at(-1)).toContain(said);
});

describe("settings without the stack", () => {
  const elsewhere = (): void => {
    bed.env["PULUMI_BACKEND_URL"] = "s3://others";
  };

  test("are refused by all operations and stay", async () => {
    const settings = await made();
    elsewhere();
    expect(await codesOf(bed)).toEqual(everywhere("E_IDENTITY_STACK_MISSING"));
    expect(bed.settings(stack)).toBe(settings);
    expect(bed.changes()).toEqual([]);
  });

  test("lead to a new stack with --new-stack: another id and salt, no account at preview", async () => {
    await made();
    const before = bed.record(stack);
    const salt = saltIn(bed.settings(stack));
    elsewhere();
    expect(await bed.run("preview", { newStack: true })).toBe(0);
    expect(bed.record(stack)?.id).not.toBe(before?.id);
    expect(bed.record(stack)?.account).toBeUndefined();
    expect(saltIn(bed.settings(stack))).not.toBe(salt);
  });

  test("are no leave for --new-stack where the stack is", async () => {
    const settings = await made();
    expect(await codeOf(bed.run("up", { newStack: true }))).toBe("E_IDENTITY_STACK_EXISTS");
    expect(bed.settings(stack)).toBe(settings);
    expect(bed.changes()).toEqual([]);
  });

  test("come back as they were when the new stack cannot be made", async () => {
    const settings = await made();
    elsewhere();
    delete bed.env["PULUMI_CONFIG_PASSPHRASE"];
    expect(await codeOf(bed.run("up", { newStack: true }))).toBe("E_PULUMI");
    expect(bed.settings(stack)).toBe(settings);
  });
});

describe("a stack without settings", () => {
  const path = (): string => join(bed.folder, `app/Pulumi.${stack}.yaml`);

  test("is refused by all operations, and no settings are written", async () => {
    await made();
    rmSync(path());
    const missing = "E_STACK_INPUT_MISSING";
    const exists = "E_IDENTITY_STACK_EXISTS";
    expect(await codesOf(bed)).toEqual({
      up: exists,
      preview: exists,
      refresh: missing,
      destroy: missing,
      recover: missing,
    });
    expect(existsSync(path())).toBe(false);
  });

  test.each<[string, string, string]>([
    ["and an id in the marks of its resources", "app-vpc-first-0123456789abcdef", "0123456789abcdef"],
    ["and no mark", "team:data", "new"],
  ])("is taken on request, with its salt %s", async (_, tag, id) => {
    const settings = await made();
    bed.change(stack, (deployment) => {
      deployment.resources =
        deployment.resources?.map((held) => (held.id === "vpc-1" ? { ...held, inputs: { tag } } : held)) ?? [];
    });
    rmSync(path());
    expect(await bed.run("up", { adoptStack: true })).toBe(0);
    const { id: now } = bed.record(stack) ?? {};
    expect(now).toEqual(id === "new" ? expect.stringMatching(/^[0-9a-f]{16}$/) : id);
    expect(saltIn(bed.settings(stack))).toBe(saltIn(settings));
    expect(bed.record(stack)).toMatchObject({ stackInput: "stack-input.yaml", account: "team-1" });
  });

  test("cannot be adopted when there is none, and leaves no settings", async () => {
    bed.write(input, vpcInput({ name: "first" }));
    expect(await codeOf(bed.run("up", { adoptStack: true }))).toBe("E_IDENTITY_STACK_MISSING");
    expect(existsSync(path())).toBe(false);
  });

  test("with settings of plain pulumi alone is taken when it is empty, else refused", async () => {
    await made();
    writeFileSync(path(), "config: {}\n");
    expect(await codeOf(bed.run("up"))).toBe("E_IDENTITY_STACK_EXISTS");
    bed.change(stack, (deployment) => {
      deployment.resources = [];
    });
    expect(await bed.run("up")).toBe(0);
    expect(bed.record(stack)?.id).toMatch(/^[0-9a-f]{16}$/);
  });

  test("that another run holds locked is a lock, and its holder is left in peace", async () => {
    bed.write(input, vpcInput({ name: "first" }));
    bed.pulumi.locked.add(stack);
    const refused: unknown = await bed.run("up").catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "E_LOCKED", hint: expect.not.stringContaining("cancel") });
    expect(existsSync(path())).toBe(false);
  });

  test("of another folder is refused also when it is empty", async () => {
    await made();
    rmSync(path());
    bed.change(stack, (deployment) => {
      deployment.resources = [];
    });
    expect(await codeOf(bed.run("up"))).toBe("E_IDENTITY_STACK_EXISTS");
    expect(existsSync(path())).toBe(false);
  });
});

describe("a run that was killed while it made the stack", () => {
  const begun = (): void => bed.write(`app/Pulumi.${stack}.yaml`, "config: {}\n");

  test("before pulumi had made it: up makes it", async () => {
    bed.write(input, vpcInput({ name: "first" }));
    begun();
    expect(await bed.run("up")).toBe(0);
    expect(bed.record(stack)).toMatchObject({ stackInput: "stack-input.yaml", id: expect.stringMatching(/^\w{16}$/) });
  });

  test("after pulumi had made it: up takes it, with the salt of its state", async () => {
    const salt = saltIn(await made());
    bed.change(stack, (deployment) => {
      deployment.resources = [];
    });
    begun();
    expect(await bed.run("up")).toBe(0);
    expect(saltIn(bed.settings(stack))).toBe(salt);
    expect(bed.record(stack)).toMatchObject({ stackInput: "stack-input.yaml", account: "team-1" });
  });

  test("and another one that makes it now: up waits for that one", async () => {
    bed.write(input, vpcInput({ name: "first" }));
    begun();
    bed.pulumi.locked.add(stack);
    const refused: unknown = await bed.run("up").catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "E_LOCKED", hint: expect.not.stringContaining("cancel") });
  });
});

describe("a stack whose stack input is gone", () => {
  const gone = async (): Promise<void> => {
    await made();
    rmSync(join(bed.folder, input));
  };

  test.each<[OperationName, RequestChange]>([
    ["refresh", {}],
    ["destroy", {}],
    ["destroy", { stack }],
  ])("is opened by its record for %s %o, without the program", async (name, change) => {
    await gone();
    expect(await bed.run(name, change)).toBe(0);
    expect(bed.changes()).toEqual([`${name} --stack ${stack} --yes`]);
  });

  test("is not opened by up, nor by a name that is not recorded", async () => {
    await gone();
    expect(await codeOf(bed.run("up"))).toBe("E_LOAD_NOT_FOUND");
    expect(await codeOf(bed.run("destroy", { stack: "other" }))).toBe("E_IDENTITY_STACK_MISSING");
    expect(await codeOf(bed.run("destroy", { stackInput: "app/other.yaml" }))).toBe("E_STACK_INPUT_MISSING");
  });
});
