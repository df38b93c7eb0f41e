import { chmodSync, chownSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { vpcInput } from "../../support/kinds/stack-inputs.js";
import { leavesNothing } from "../../support/kinds/untouched.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";
import { expectRefusal } from "../../support/refusal.js";
import { canMountDisk, mountSmallDisk, smallDiskBytes, unmountDisk } from "../../support/small-disk.js";

const isRoot = process.getuid?.() === 0;

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

const preview = (folder: string): readonly string[] => ["pulumi", "preview", "--stack-input", `${folder}/vpc.json`];

/** A folder with a stack input, and the files that are given. */
function folderOf(folder: string, files: Readonly<Record<string, string>> = {}): void {
  bed.write(`${folder}/vpc.json`, vpcInput({ name: "net" }));
  for (const [name, text] of Object.entries(files)) bed.write(`${folder}/${name}`, text);
}

describe("a Pulumi.yaml that names a program", () => {
  const ran = (): string => join(bed.folder, "hostile/ran");
  beforeAll(() => {
    folderOf("hostile", {
      "Pulumi.yaml":
        "name: hostile\nruntime: planton\nplugins:\n  providers:\n    - name: digitalocean\n      path: ./bin\n",
    });
    const script = bed.write("hostile/bin/pulumi-resource-digitalocean", `#!/bin/sh\necho ran > "${ran()}"\nexit 1\n`);
    chmodSync(script, 0o755);
  });

  test.each([[[]], [["--sandbox"]]])("is refused before pulumi is started: planton %s", async (words) => {
    const refused = await leavesNothing(bed, () => bed.planton([...words, ...preview("hostile")]));
    const says = [join(bed.folder, "hostile/Pulumi.yaml"), '"plugins"', "PLANTON_ALLOW_PROJECT_PLUGINS=1"];
    expectRefusal(refused, { exitCode: 2, code: "E_PROJECT_INVALID", says });
    expect(existsSync(ran())).toBe(false);
  });

  test("is taken when the user says so", async () => {
    await bed.planton(preview("hostile"), { env: { PLANTON_ALLOW_PROJECT_PLUGINS: "1" } });
    expect(existsSync(ran())).toBe(true);
  });
});

test("stack settings that import an environment are refused", async () => {
  const settings = "Pulumi.sandbox.vpc.net.yaml";
  folderOf("environment", { "Pulumi.yaml": "name: a\nruntime: planton\n", [settings]: "environment: [evil]\n" });
  for (const words of [
    preview("environment"),
    ["pulumi", "output", ...preview("environment").slice(2), "--stack", "vpc.net"],
  ]) {
    const refused = await leavesNothing(bed, () => bed.planton(words));
    const says = [join(bed.folder, "environment", settings), '"environment"'];
    expectRefusal(refused, { exitCode: 2, code: "E_PROJECT_INVALID", says });
  }
});

test("configuration of a default provider in stack settings is refused, and changes nothing where it is let in", async () => {
  const settings = "Pulumi.sandbox.vpc.net.yaml";
  folderOf("configured");
  const up = ["pulumi", "up", "--yes", "--stack-input", "configured/vpc.json"];
  const made = await bed.planton(up);
  expect(made.code, made.all).toBe(0);
  const path = join(bed.folder, "configured", settings);
  const own = "config:\n  digitalocean:apiEndpoint: http://127.0.0.1:1\n  digitalocean:token: wrong\n";
  writeFileSync(path, readFileSync(path, "utf8").replace("config:\n", own));
  expect(readFileSync(path, "utf8")).toContain("apiEndpoint");
  const same = [...up, "--", "--expect-no-changes", "--refresh"];
  const refused = await bed.planton(same);
  expect(refused.code, refused.all).toBe(2);
  expect(refused.stderr).toContain("E_PROJECT_INVALID");
  const letIn = await bed.planton(same, { env: { PLANTON_ALLOW_PROJECT_PLUGINS: "1" } });
  expect(letIn.code, letIn.all).toBe(0);
});

describe("planton.yaml", () => {
  test("above the repository is not looked for", async () => {
    bed.write("above/planton.yaml", "name: above\nbackend: http://example.com\n");
    bed.write("above/repo/.git/HEAD", "");
    folderOf("above/repo/net");
    const end = await bed.planton(preview("above/repo/net"));
    expect(end.code, end.all).toBe(0);
    expect(readFileSync(join(bed.folder, "above/repo/net/Pulumi.yaml"), "utf8")).toContain('name: "net"');
  });

  test("that names a backend without TLS is refused", async () => {
    folderOf("plain", { "planton.yaml": "backend: http://user:word@example.com\n" });
    const refused = await leavesNothing(bed, () => bed.planton(preview("plain")));
    const says = [join(bed.folder, "plain/planton.yaml"), "http://example.com", "PULUMI_BACKEND_URL"];
    expectRefusal(refused, { exitCode: 2, code: "E_PROJECT_INVALID", says });
    expect(refused.all).not.toContain("word@");
  });

  test.skipIf(!isRoot)("of another user is refused, and taken from a trusted folder (needs root)", async () => {
    folderOf("foreign/net");
    const path = bed.write("foreign/planton.yaml", "name: foreign\n");
    chownSync(path, 1234, 1234);
    const refused = await leavesNothing(bed, () => bed.planton(preview("foreign/net")));
    const says = [path, "1234", `PLANTON_TRUSTED_FOLDERS=${join(bed.folder, "foreign")}`];
    expectRefusal(refused, { exitCode: 2, code: "E_PROJECT_INVALID", says });
    const env = { PLANTON_TRUSTED_FOLDERS: join(bed.folder, "foreign") };
    const taken = await bed.planton(preview("foreign/net"), { env });
    expect(taken.code, taken.all).toBe(0);
    expect(readFileSync(join(bed.folder, "foreign/net/Pulumi.yaml"), "utf8")).toContain('name: "foreign"');
  });
});

test("a passphrase file without content is refused by its name", async () => {
  const path = bed.write("home/passphrase", "");
  const env = { PLANTON_HOME: join(bed.folder, "home"), PULUMI_CONFIG_PASSPHRASE_FILE: undefined };
  expectRefusal(await bed.planton(["env"], { env }), { exitCode: 2, code: "E_FILESYSTEM", says: [path] });
  const named = await bed.planton(["env"], { env: { PULUMI_CONFIG_PASSPHRASE_FILE: path } });
  expectRefusal(named, { exitCode: 2, code: "E_FILESYSTEM", says: [path, "PULUMI_CONFIG_PASSPHRASE_FILE"] });
});

describe.skipIf(!canMountDisk)("a full disk (needs the right to mount one)", () => {
  let disk: string;
  beforeAll(() => {
    disk = join(bed.folder, "disk");
    mountSmallDisk(disk);
    bed.write("disk/vpc.json", vpcInput({ name: "full" }));
    expect(() => writeFileSync(join(disk, "rest"), "x".repeat(smallDiskBytes))).toThrow("ENOSPC");
  });
  afterAll(() => unmountDisk(disk));

  test.each([
    { what: "the project folder", words: preview("disk"), env: (): Record<string, string> => ({}) },
    { what: "planton's home", words: preview("full"), env: () => ({ PLANTON_HOME: disk }) },
  ])("of $what is reported", async ({ words, env }) => {
    folderOf("full");
    const refused = await bed.planton(words, { env: env() });
    expectRefusal(refused, { exitCode: 2, code: "E_FILESYSTEM", says: ["ENOSPC"] });
  });
});
