import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PlantonError } from "../../contract/planton-error.js";
import type { DeletionObstacles } from "../../contract/vendor.js";
import {
  type OperationBed,
  openOperationBed,
  type RequestChange,
  vpcType,
} from "../../test/support/in-process/operation-bed.js";
import { firewallInput, vpcInput } from "../../test/support/kinds/stack-inputs.js";

const stack = "vpc.net";
const input = "app/stack-input.yaml";
const vpc = { type: vpcType, name: "net", id: "vpc-1", inputs: { name: "net" } };
const app = (): string => join(bed.folder, "app");

let bed: OperationBed;
beforeEach(() => {
  bed = openOperationBed();
  bed.write(input, vpcInput({ name: "net" }));
});
afterEach(() => bed.close());

describe("without a terminal", () => {
  test.each<["up" | "refresh" | "destroy", boolean]>([
    ["up", false],
    ["refresh", false],
    ["destroy", false],
    ["up", true],
    ["destroy", true],
  ])("rejects %s without --yes and writes nothing, with --allow-data-loss %s", async (name, allowDataLoss) => {
    await expect(bed.run(name, { yes: false, allowDataLoss })).rejects.toMatchObject({ code: "E_CONFIRMATION" });
    expect(bed.pulumi.calls).toEqual([]);
    expect(readdirSync(app())).toEqual(["stack-input.yaml"]);
  });

  test("previews, which changes nothing and selects nothing", async () => {
    expect(await bed.run("preview", { yes: false })).toBe(0);
    expect(bed.changes()).toEqual([`stack init --stack ${stack} --no-select`, `preview --stack ${stack}`]);
  });
});

describe("on a terminal", () => {
  beforeEach(async () => {
    await bed.establish([{ ...vpc, protect: true }]);
    bed.console.interactive = true;
  });

  test.each(["up", "refresh", "destroy"] as const)("%s leaves the question to pulumi", async (name) => {
    expect(await bed.run(name, { yes: false })).toBe(0);
    expect(bed.changes()[0]).not.toContain("--yes");
  });

  const stages = {
    up: [`preview --stack ${stack} --ignore-protect`, `up --stack ${stack} --yes --skip-preview --ignore-protect`],
    destroy: [
      `destroy --stack ${stack} --preview-only --ignore-protect --run-program`,
      `destroy --stack ${stack} --yes --skip-preview --ignore-protect --run-program`,
    ],
  };

  test.each([
    "up",
    "destroy",
  ] as const)("%s with --allow-data-loss shows the preview, then lets the name be typed", async (name) => {
    const asks: string[] = [];
    bed.pulumi.scripts.push(() => void asks.push(`preview, ${bed.console.confirmed.length} typed`));
    bed.pulumi.scripts.push(() => void asks.push(`run, ${bed.console.confirmed.length} typed`));
    expect(await bed.run(name, { yes: false, allowDataLoss: true })).toBe(0);
    expect(asks).toEqual(["preview, 0 typed", "run, 1 typed"]);
    expect(bed.console.confirmed).toEqual([stack]);
    expect(bed.console.lines.some((line) => line.includes('Vpc "net"'))).toBe(true);
    expect(bed.changes().slice(0, 2)).toEqual(stages[name]);
  });

  test.each([
    "up",
    "destroy",
  ] as const)("%s does nothing after another name, or a preview that failed", async (name) => {
    bed.console.typed = false;
    await expect(bed.run(name, { yes: false, allowDataLoss: true })).rejects.toThrow("not confirmed");
    expect(bed.changes()).toEqual(stages[name].slice(0, 1));
    bed.pulumi.scripts.push(() => 1);
    expect(await bed.run(name, { yes: false, allowDataLoss: true })).toBe(1);
    expect(bed.changes()).toEqual([stages[name][0], stages[name][0]]);
    expect(bed.console.confirmed).toEqual([stack]);
  });

  test("up without a preview asks for the name at once; arguments of up alone stay out of the preview", async () => {
    const more = ["--continue-on-error", "--target", "u"];
    expect(await bed.run("up", { yes: false, allowDataLoss: true, extra: ["--skip-preview"] })).toBe(0);
    expect(await bed.run("up", { yes: false, allowDataLoss: true, extra: more })).toBe(0);
    const runs = bed.changes().filter((line) => !line.startsWith("stack "));
    expect(runs.map((line) => line.split(" --ignore-protect")[0])).toEqual([
      `up --stack ${stack} --yes --skip-preview`,
      `preview --stack ${stack}`,
      `up --stack ${stack} --yes --skip-preview`,
    ]);
    expect(runs[1]).toContain("--target u");
    expect(runs[1]).not.toContain("--continue-on-error");
    expect(runs[2]).toContain("--continue-on-error");
  });

  test("destroy alone does not show the outputs, which are of what is gone", async () => {
    for (const name of ["up", "preview", "refresh", "destroy"] as const) await bed.run(name);
    const quiet = bed.pulumi.calls.filter(({ args }) => args.includes("--suppress-outputs"));
    expect(quiet.map(({ args }) => args[0])).toEqual(["destroy"]);
  });

  test.each(["refresh", "preview"] as const)("%s never lays open what is protected", async (name) => {
    expect(await bed.run(name, { allowDataLoss: true })).toBe(0);
    expect(bed.changes()[0]).not.toContain("--ignore-protect");
  });
});

describe("before a stack is made", () => {
  const refusals: readonly [string, string, () => unknown, RequestChange?][] = [
    [
      "a manifest that breaks a rule",
      "E_RULE_VIOLATED",
      () => bed.write(input, vpcInput({ name: "net", ipRange: "10.0.0.0" })),
    ],
    ["no stack input", "E_LOAD_NOT_FOUND", () => undefined, { stackInput: "app/none.yaml" }],
    ["no credentials", "E_CREDENTIALS_MISSING", () => delete bed.env["DIGITALOCEAN_TOKEN"]],
    [
      "a reference to a stack that is not there",
      "E_REFERENCE_NOT_FOUND",
      () => {
        const cluster = {
          valueFrom: { kind: "DigitalOceanDatabaseCluster", name: "none", fieldPath: "status.outputs.cluster_id" },
        };
        bed.write(input, firewallInput("net", { cluster, rules: [{ type: "tag", value: "a" }] }));
      },
    ],
    [
      "settings that could run a program",
      "E_PROJECT_INVALID",
      () => bed.write(`app/Pulumi.${stack}.yaml`, "environment: [x]\n"),
    ],
    [
      "a project of another runtime",
      "E_PROJECT_RUNTIME",
      () => bed.write("app/Pulumi.yaml", "name: web\nruntime: nodejs\n"),
    ],
  ];

  test.each(refusals)("rejects up and preview for %s: %s", async (...[, code, arrange, change = {}]) => {
    arrange();
    const files = readdirSync(app());
    for (const name of ["up", "preview"] as const) {
      await expect(bed.run(name, change)).rejects.toMatchObject({ code });
    }
    expect(bed.pulumi.calls).toEqual([]);
    expect(readdirSync(app())).toEqual(files);
  });

  test.each(["refresh", "destroy"] as const)("rejects %s of what was never applied", async (name) => {
    await expect(bed.run(name)).rejects.toMatchObject({ code: "E_STACK_INPUT_MISSING" });
    expect(bed.pulumi.calls).toEqual([]);
    expect(readdirSync(app())).toEqual(["stack-input.yaml"]);
  });

  test("rejects an account that the vendor does not give, and writes no project", async () => {
    Object.defineProperty(bed.vendor.accounts, "first-token", {
      get: () => {
        throw new Error("401");
      },
    });
    await expect(bed.run("up")).rejects.toThrow("401");
    expect(readdirSync(app())).toEqual(["stack-input.yaml"]);
  });
});

test("a first up that fails has made the stack, has recorded whose it is and selects nothing", async () => {
  bed.pulumi.scripts.push(() => 1);
  expect(await bed.run("up")).toBe(1);
  expect(bed.record(stack)).toMatchObject({
    stackInput: "stack-input.yaml",
    target: { name: "net" },
    account: "team-1",
  });
  const { id } = bed.record(stack) ?? {};
  expect(bed.changes()).toEqual([`stack init --stack ${stack} --no-select`, `up --stack ${stack} --yes`]);
  expect(await bed.run("up")).toBe(0);
  expect(bed.record(stack)?.id).toBe(id);
  expect(bed.changes().slice(2)).toEqual([`up --stack ${stack} --yes`, `stack select --stack ${stack}`]);
});

test("leaves no folder of the run, however it ends", async () => {
  const left = (): readonly string[] => readdirSync(join(bed.folder, "home/run"));
  await bed.run("up");
  expect(left()).toEqual([]);
  bed.pulumi.scripts.push(() => "SIGKILL");
  expect(await bed.run("up")).toBe(137);
  bed.pulumi.scripts.push(() => {
    throw new Error("no such program");
  });
  await expect(bed.run("up")).rejects.toThrow("no such program");
  expect(left()).toEqual([]);
});

test("keeps a secret of the credentials out of what pulumi writes", async () => {
  let shown = "";
  bed.pulumi.scripts.push(({ writeStderr }) => {
    writeStderr("error: token first-token is bad\n");
    return 1;
  });
  bed.console.writeStderr = (text) => {
    shown += text;
  };
  expect(await bed.run("up")).toBe(1);
  expect(shown).toBe("error: token [secret] is bad\n");
});

test("keeps what is secret of the backend's URL out of what pulumi writes", async () => {
  const url = "postgres://user:marker-1@db/state?sslmode=require&sslpassword=marker%2D2";
  bed.env["PULUMI_BACKEND_URL"] = url;
  let shown = "";
  bed.pulumi.scripts.push(({ writeStderr }) => {
    writeStderr(`error: cannot open "${url}": marker-2\n`);
    return 1;
  });
  bed.console.writeStderr = (text) => {
    shown += text;
  };
  expect(await bed.run("up")).toBe(1);
  expect(shown).toBe('error: cannot open "postgres://[secret]@db/state?sslmode=require&[secret]": [secret]\n');
});

test("on a file backend a passphrase is made, and an operation on a made stack starts no other process", async () => {
  const backend = `file://${bed.folder}/backend`;
  bed.env["PULUMI_BACKEND_URL"] = backend;
  delete bed.env["PULUMI_CONFIG_PASSPHRASE"];
  bed.makes(vpc);
  expect(await bed.run("up")).toBe(0);
  const passphrase = join(bed.folder, "home/passphrase");
  expect(readFileSync(passphrase, "utf8").trim()).toHaveLength(43);
  expect(existsSync(join(bed.folder, `backend/.pulumi/stacks/app/${stack}.json`))).toBe(true);
  for (const name of ["up", "preview", "refresh", "destroy"] as const) {
    bed.pulumi.calls.length = 0;
    bed.makes(vpc);
    expect(await bed.run(name)).toBe(0);
    expect(bed.pulumi.calls.map(({ args }) => args[0])).toEqual([name]);
    expect(bed.pulumi.calls[0]?.env["PULUMI_CONFIG_PASSPHRASE_FILE"]).toBe(passphrase);
  }
});

describe("a destroy of what others use at the vendor", () => {
  const obstacles = { found: ['"db" (do:dbaas:1)'], cure: "destroy it", until: "for a minute", isHopeless: true };
  beforeEach(() => bed.establish([vpc]));

  test("is refused at once, before it asks", async () => {
    bed.vendor.obstacles.set("vpc-1", obstacles);
    await expect(bed.run("destroy")).rejects.toMatchObject({
      code: "E_IN_USE",
      message: expect.stringContaining("do:dbaas:1"),
      hint: obstacles.cure,
    });
    expect(bed.changes()).toEqual([]);
  });

  test.each<[string, DeletionObstacles | PlantonError]>([
    ["is being deleted", { ...obstacles, isHopeless: false }],
    ["cannot be read", new PlantonError({ code: "E_VENDOR", message: "403" })],
  ])("goes on where what is in the way %s", async (_, read) => {
    bed.vendor.obstacles.set("vpc-1", read);
    expect(await bed.run("destroy")).toBe(0);
  });

  test("goes on where the stack itself may have what is in the way, and an up always does", async () => {
    bed.vendor.obstacles.set("vpc-1", obstacles);
    bed.makes(vpc);
    expect(await bed.run("up")).toBe(0);
    bed.makes(vpc, { type: vpcType, name: "other", id: "vpc-2", inputs: { name: "other" } });
    expect(await bed.run("up")).toBe(0);
    expect(await bed.run("destroy")).toBe(0);
  });
});
