import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCatalogPackage } from "../../support/kinds/make-catalog-package.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";

let bed: PlantonBed;
let folder: string;

beforeAll(async () => {
  bed = await openBed();
  folder = join(bed.base, "acme-kinds");
  makeCatalogPackage(folder);
});
afterAll(() => bed.close());

const manifest = (region: string): string => `apiVersion: digital-ocean.acme.example/v1
kind: DigitalOceanNetwork
metadata: {name: lab}
spec:
  region: ${region}
`;

const withPackage = () => ({ env: { PLANTON_CATALOG: folder } });

test("adds its kinds to the commands that read, for those who name it", async () => {
  bed.write("good.yaml", manifest("nyc3"));
  bed.write("bad.yaml", manifest("mars1"));
  const good = await bed.planton(["validate", "good.yaml"], withPackage());
  expect(good.code, good.all).toBe(0);
  const bad = await bed.planton(["validate", "--format", "json", "bad.yaml"], withPackage());
  expect(bad.code, bad.all).toBe(64);
  expect(JSON.parse(bad.stdout).problems).toMatchObject([
    { code: "E_RULE_VIOLATED", path: "spec.region", line: 5, rule: "network.region.acme" },
  ]);
  const kinds = await bed.planton(["kinds", "--format", "json"], withPackage());
  const names = JSON.parse(kinds.stdout).kinds.map(({ kind }: { readonly kind: string }) => kind);
  expect(names).toEqual([...names].sort());
  expect(names).toEqual(expect.arrayContaining(["DigitalOceanNetwork", "DigitalOceanVpc"]));
  const explained = await bed.planton(["explain", "DigitalOceanNetwork.purpose"], withPackage());
  expect(explained.stdout).toContain("default testing");
  for (let use = 0; use < 3; use += 1) {
    const without = await bed.planton(["validate", "--format", "json", "good.yaml"]);
    expect(JSON.parse(without.stdout).problems).toMatchObject([{ code: "E_KIND_UNKNOWN" }]);
  }
});

test("makes, previews and deletes resources of its kinds, by planton and by plain pulumi", async () => {
  bed.write("net/stack-input.yaml", manifest("nyc3"));
  const at = { ...withPackage(), cwd: join(bed.folder, "net") };
  const up = await bed.planton(["pulumi", "up", "--stack-input", "stack-input.yaml", "--yes"], at);
  expect(up.code, up.all).toBe(0);
  const id = await bed.pulumi(["stack", "output", "network_id"], at);
  const { vpc } = await bed.get(`/v2/vpcs/${id.stdout.trim()}`);
  expect(vpc).toMatchObject({ name: "lab", region: "nyc3", description: "testing" });
  const preview = await bed.pulumi(["preview", "--expect-no-changes"], at);
  expect(preview.code, preview.all).toBe(0);
  const without = await bed.pulumi(["preview"], { cwd: at.cwd });
  expect(without.all).toContain("E_KIND_UNKNOWN");
  const destroyed = await bed.planton(["pulumi", "destroy", "--stack-input", "stack-input.yaml", "--yes"], at);
  expect(destroyed.code, destroyed.all).toBe(0);
});

test("is named by the user's environment alone", async () => {
  bed.write("other/stack-input.yaml", manifest("nyc3"));
  bed.write("other/.env", `PLANTON_CATALOG=${folder}\n`);
  const cwd = join(bed.folder, "other");
  const refused = await bed.planton(["pulumi", "preview", "--stack-input", "stack-input.yaml"], { cwd });
  expect(refused.all).toContain("E_KIND_UNKNOWN");
});

test("ends a command with E_CATALOG when the package cannot be used", async () => {
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const gen =
    'import { file_acme_v1_digital_ocean_network as file } from "./gen/acme/v1/digital_ocean_network_pb.js";\n';
  const named = (shortName: string): string =>
    `import { getOption, setExtension } from "@bufbuild/protobuf";
import { kind } from "planton/apis/planton/shared/v1/options_pb.js";
${gen}const [{ proto }] = file.messages;
setExtension(proto.options, kind, { ...getOption(file.messages[0], kind), shortName: "${shortName}" });
export const catalog = { files: [file], modules: { DigitalOceanNetwork: () => {} } };`;
  const cases: readonly (readonly [string | undefined, string])[] = [
    ["export const catalog = { modules: {} };", "no catalog"],
    ["export const catalog = { files: [], modules: {} };", "no kind"],
    [`${gen}export const catalog = { files: [file], modules: {} };`, "no module"],
    [`${gen}export const catalog = { files: [file, file], modules: { DigitalOceanNetwork: () => {} } };`, "twice"],
    [named(""), 'short_name ""'],
    [named("vpc"), 'is that of "DigitalOceanVpc"'],
    ['import "@pulumi/pulumi"; export const catalog = {};', "cannot be loaded"],
    ["syntax error", "cannot be loaded"],
  ];
  for (const [text, what] of cases) {
    if (text !== undefined) write("broken.js", text);
    write("package.json", '{ "type": "module", "planton": { "catalog": "./broken.js" } }');
    const ended = await bed.planton(["kinds"], withPackage());
    expect([what, ended.code, ended.stdout]).toEqual([what, 64, ""]);
    expect(ended.stderr).toContain("E_CATALOG");
    expect(ended.stderr).toContain(what);
  }
  write("package.json", "{}");
  for (const place of [folder, join(folder, "none"), "acme-kinds"]) {
    const ended = await bed.planton(["validate", "good.yaml"], { env: { PLANTON_CATALOG: place } });
    expect([place, ended.code]).toEqual([place, 64]);
    expect(ended.stderr).toContain("E_CATALOG");
  }
  rmSync(join(folder, "broken.js"));
});
