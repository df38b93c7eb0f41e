import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noTrace } from "../../../../contract/trace.js";
import { addNewCommand } from "./new.js";

const project = join(import.meta.dirname, "../../../..");

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "planton-new-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Makes a checkout of what the command reads. */
function checkOut(): void {
  symlinkSync(join(project, "node_modules"), join(root, "node_modules"));
  for (const file of [
    ...["package.json", "biome.json", "buf.yaml", "modules/gen/resources/planton-doppler.ts"],
    ...["digitalocean", "doppler"].flatMap((name) => [
      `apis/proto/planton/${name}/v1/provider_config.proto`,
      `modules/${name}/_shared/vendor.ts`,
      `providers/${name}/${name}-provider.ts`,
      `sandbox/${name}/${name}-vendor.ts`,
    ]),
    "apis/proto/planton/digitalocean/v1/digital_ocean_vpc.proto",
    "apis/proto/planton/doppler/v1/doppler_secret.proto",
  ]) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), readFileSync(join(project, file)));
  }
}

/** Runs the command in a folder of the checkout; gives what it prints. */
async function run(words: readonly string[], cwd = root): Promise<readonly string[]> {
  const out: string[] = [];
  const silent = { env: process.env, interactive: false, err: () => {}, readStdin: async () => "", exit: () => {} };
  const program = new Command().exitOverride();
  addNewCommand(program, { ...silent, cwd, trace: noTrace, out: (line) => out.push(line) });
  await program.parseAsync(["new", ...words], { from: "user" });
  return out;
}

const written = (out: readonly string[]): readonly string[] => out.slice(0, out.indexOf(""));

describe("planton new kind", () => {
  it("writes the files of a kind of a vendor's package, also from a folder below", async () => {
    checkOut();
    const out = await run(["kind", "DigitalOceanSshKey"], join(root, "apis"));
    expect(written(out)).toEqual([
      "apis/proto/planton/digitalocean/v1/digital_ocean_ssh_key.proto",
      ...["locals.ts", "resources.ts", "outputs.ts", "examples/minimal.yaml"].map(
        (name) => `modules/digitalocean/ssh-key/${name}`,
      ),
    ]);
    expect(written(out).filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const proto = readFileSync(join(root, written(out)[0] ?? ""), "utf8");
    expect(proto).toContain("string public_key = 2 [");
    expect(proto).toContain('id_prefix: "doskey"');
  });

  it("writes resource and stand-in too where planton's own plugin lacks the resource", async () => {
    checkOut();
    const paths = written(await run(["kind", "DopplerProject"]));
    expect(paths).toEqual(
      expect.arrayContaining(["providers/doppler/project.ts", "sandbox/doppler/project-routes.ts"]),
    );
    expect(readFileSync(join(root, "sandbox/doppler/project-routes.ts"), "utf8")).toContain('"/v3/projects/:project"');
    // The plugin has this one, which needs what only its author can give.
    await expect(run(["kind", "DopplerSecret"])).rejects.toMatchObject({ code: "E_FILESYSTEM" });
  });

  it.each([
    ["of no provider", "HetznerServer", /begin with the name of a provider: DigitalOcean, Doppler$/],
    ["that is a provider", "Doppler", /words, each a capital/],
    ["with capitals in a row", "DopplerAPIKey", /words, each a capital/],
    ["in lower case", "digitaloceanvpc", /begin with the name of a provider/],
    ["whose resource the package lacks", "DigitalOceanTagg", /has no resource "Tagg"/],
    ["whose resource needs lists", "DigitalOceanVpcPeering", /no plain values: vpcIds$/],
  ])("refuses a kind %s", async (_, kind, message) => {
    checkOut();
    await expect(run(["kind", kind])).rejects.toMatchObject({
      code: "E_USAGE",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/./),
    });
  });

  it("asks for make gen where the classes of the plugin are not generated", async () => {
    checkOut();
    rmSync(join(root, "modules/gen"), { recursive: true });
    await expect(run(["kind", "DopplerProject"])).rejects.toMatchObject({
      code: "E_USAGE",
      hint: "run make gen first",
    });
  });
});

describe("planton new vendor", () => {
  it("writes a vendor under its display name, whose kinds come next", async () => {
    checkOut();
    const paths = written(await run(["vendor", "acme2", "--display-name", "Acme Two", "--resource", "Bucket"]));
    expect(paths).toHaveLength(16);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const proto = readFileSync(join(root, "apis/proto/planton/acme2/v1/acme_two_bucket.proto"), "utf8");
    expect(proto).toContain("message AcmeTwoBucketSpec");
    expect(proto).toContain('short_name: "bucket"');
  });

  it("gives the first kind a short name that no other vendor's kind has", async () => {
    checkOut();
    const vpc = written(await run(["vendor", "acme", "--resource", "Vpc"])).find((path) => path.endsWith("_vpc.proto"));
    expect(readFileSync(join(root, vpc ?? ""), "utf8")).toContain('short_name: "avpc"');
  });

  it.each([
    ["a capital", ["Acme"]],
    ["a dash", ["acme-cloud"]],
    ["a digit first", ["2acme"]],
    ["the name of another folder", ["kit"]],
    ["a display name in lower case", ["acme", "--display-name", "acme"]],
    ["the display name of another one", ["acme", "--display-name", "Digital Ocean"]],
    ["a resource that is no kind", ["acme", "--resource", "bucket"]],
  ])("refuses %s", async (_, words) => {
    checkOut();
    await expect(run(["vendor", ...words])).rejects.toMatchObject({ code: "E_USAGE" });
    expect(existsSync(join(root, "clients"))).toBe(false);
  });

  it("overwrites nothing and writes nothing when one of its files is there", async () => {
    checkOut();
    mkdirSync(join(root, "clients"));
    writeFileSync(join(root, "clients/acme-hints.ts"), "mine\n");
    const failed = run(["vendor", "acme"]);
    await expect(failed).rejects.toMatchObject({
      code: "E_FILESYSTEM",
      message: expect.stringContaining("acme-hints.ts"),
    });
    expect(readFileSync(join(root, "clients/acme-hints.ts"), "utf8")).toBe("mine\n");
    expect(existsSync(join(root, "clients/acme.ts"))).toBe(false);
  });
});

describe.each([
  ["kind", "DigitalOceanTag"],
  ["vendor", "acme"],
])("planton new %s", (...words) => {
  it("is refused outside of a checkout, and without its packages", async () => {
    await expect(run(words)).rejects.toMatchObject({ code: "E_USAGE", message: expect.stringContaining(root) });
    writeFileSync(join(root, "package.json"), '{ "name": "other" }');
    mkdirSync(join(root, "apis/proto"), { recursive: true });
    await expect(run(words)).rejects.toMatchObject({ hint: expect.stringContaining("clone") });
    writeFileSync(join(root, "package.json"), '{ "name": "planton", "version": "0.1.0" }');
    await expect(run(words)).rejects.toMatchObject({ hint: expect.stringContaining("npm ci") });
  });
});
