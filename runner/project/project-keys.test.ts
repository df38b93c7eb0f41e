import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readProject } from "./project-file.js";
import { projectTrust } from "./project-trust.js";
import { assertStackSettings, writeStackRecord } from "./stack-settings.js";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "planton-keys-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const trust = projectTrust({});
const willing = projectTrust({ PLANTON_ALLOW_PROJECT_PLUGINS: "1" });
const head = "name: database\nruntime: planton\n";

function project(text: string): void {
  writeFileSync(join(dir, "Pulumi.yaml"), text);
}

test.each([
  head,
  `${head}description: x\nauthor: x\nwebsite: x\nlicense: x\ntemplate:\n  displayName: x\n  config: {a: {default: b}}\n`,
  `${head}backend:\n  url: file://~\n`,
  `${head}backend:\nconfig:\n`,
  `${head}config: {}\n`,
  `${head}config:\n  size:\n    type: integer\n    description: x\n  pulumi:tags:\n    value: {a: b}\n`,
  "name: database\nruntime:\n  name: planton\n",
  "name: database\nruntime: {name: planton, options: {}}\n",
  head.replaceAll("\n", "\r\n"),
])("%j runs nothing", (text) => {
  project(text);
  expect(readProject(dir, trust)?.name).toBe("database");
});

test.each([
  ["plugins", `${head}plugins:\n  providers:\n    - {name: digitalocean, path: ./bin}\n`],
  ["plugins", `${head}"plug\\x69ns": {}\n`],
  ["packages", `${head}packages: {a: ./b}\n`],
  ["main", `${head}main: ../other\n`],
  ["options", `${head}options: {refresh: always}\n`],
  ["stackConfigDir", `${head}stackConfigDir: /etc\n`],
  ["requiredPulumiVersion", `${head}requiredPulumiVersion: ">=3"\n`],
  ["<<", `${head}template: &t {plugins: {}}\n<<: *t\n`],
  ["runtime.options", "name: database\nruntime: {name: planton, options: {binary: ./x}}\n"],
  ["runtime.<<", "name: database\ntemplate: &t {options: {binary: ./x}}\nruntime: {name: planton, <<: *t}\n"],
  ["backend.other", `${head}backend: {url: "file://~", other: x}\n`],
  ["config.digitalocean:apiEndpoint", `${head}config:\n  digitalocean:apiEndpoint: https://example.com\n`],
  ["config.digitalocean:apiEndpoint.value", `${head}config:\n  digitalocean:apiEndpoint: {value: x}\n`],
  ["config.planton:stackInput.default", `${head}config:\n  planton:stackInput: {type: string, default: x}\n`],
  ["config.<<.planton:account", `${head}template: &t {"planton:account": {value: x}}\nconfig: {<<: *t}\n`],
  ["config", `${head}config: ./stacks\n`],
])("%s is refused in Pulumi.yaml, and taken when the user says so", (key, text) => {
  project(text);
  expect(() => readProject(dir, trust)).toThrow(
    expect.objectContaining({
      code: "E_PROJECT_INVALID",
      message: expect.stringContaining(`"${key}"`),
      hint: expect.stringContaining("PLANTON_ALLOW_PROJECT_PLUGINS=1"),
    }),
  );
  expect(readProject(dir, willing)?.name).toBe("database");
});

test.each([
  "\r",
  "\u0085",
  "\u2028",
  "\u2029",
])("a line break of Pulumi's parser alone, %j, hides no key", (lineBreak) => {
  project(`${head}# x${lineBreak}plugins: {}\n`);
  expect(() => readProject(dir, trust)).toThrow(expect.objectContaining({ code: "E_PROJECT_INVALID" }));
});

test.each(["Pulumi.json", "Pulumi.yml"])("a %s beside Pulumi.yaml is refused: Pulumi may take it", (name) => {
  project(head);
  writeFileSync(join(dir, name), "{}");
  expect(() => readProject(dir, willing)).toThrow(expect.objectContaining({ code: "E_PROJECT_RUNTIME" }));
});

test("stack settings may not import an environment", () => {
  const path = join(dir, "Pulumi.dev.yaml");
  writeFileSync(
    path,
    "encryptionsalt: v1:x\nsecretsprovider: awskms://alias/x\nencryptedkey: x\nconfig: {planton:id: x}\n",
  );
  assertStackSettings(dir, "dev", trust);
  assertStackSettings(dir, "none", trust);
  writeFileSync(path, "environment: [evil]\nconfig: {}\n");
  expect(() => assertStackSettings(dir, "dev", trust)).toThrow(
    expect.objectContaining({ code: "E_PROJECT_INVALID", message: expect.stringContaining('"environment"') }),
  );
  assertStackSettings(dir, "dev", willing);
});

test("stack settings may not configure a vendor's own provider", () => {
  writeFileSync(join(dir, "Pulumi.dev.yaml"), "config: {digitalocean:apiEndpoint: http://127.0.0.1:1}\n");
  expect(() => assertStackSettings(dir, "dev", trust)).toThrow(
    expect.objectContaining({
      code: "E_PROJECT_INVALID",
      message: expect.stringContaining("digitalocean:apiEndpoint"),
    }),
  );
});

test("stack settings behind a link are those of another place, and no other file", () => {
  const other = join(dir, "notes.yaml");
  writeFileSync(other, "config: {}\n");
  symlinkSync(other, join(dir, "Pulumi.dev.yaml"));
  const refused = expect.objectContaining({ code: "E_PROJECT_INVALID", message: expect.stringContaining("link") });
  expect(() => writeStackRecord(dir, { stack: "dev", id: "0123456789abcdef" })).toThrow(refused);
  expect(readFileSync(other, "utf8")).toBe("config: {}\n");
  mkdirSync(join(dir, "shared"));
  writeFileSync(join(dir, "shared/Pulumi.prod.yaml"), "config: {}\n");
  symlinkSync("shared/Pulumi.prod.yaml", join(dir, "Pulumi.prod.yaml"));
  writeStackRecord(dir, { stack: "prod", id: "0123456789abcdef" });
  expect(readFileSync(join(dir, "shared/Pulumi.prod.yaml"), "utf8")).toContain("planton:id: 0123456789abcdef");
});
