import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { vpcInput } from "../../support/kinds/stack-inputs.js";
import { type Ended, filesBelow, openBed, type PlantonBed } from "../../support/planton-bed.js";

const isRoot = process.getuid?.() === 0;
/** What a user waits for at most; a command that waits for a pipe never ends. */
const boundMs = 10_000;
/** Moves the cursor, ends the line and speaks to a CI system. */
const forged = "x\r\u001b[2K\n::error::FORGED\n##[error]FORGED\u202e";
const settings = "Pulumi.sandbox.vpc.net.yaml";
const marker = ".planton/sandbox.vpc.net.run.json";

let bed: PlantonBed;
let listener: Server;
let connections = 0;
beforeAll(async () => {
  bed = await openBed();
  bed.write("good/stack-input.yaml", vpcInput({ name: "net" }));
  const made = await bed.planton(["pulumi", "up", "--yes"], { cwd: join(bed.folder, "good") });
  if (made.code !== 0) throw new Error(made.all);
  bed.write("outside/private.yaml", "password: kept-MARKER\nconfig: {}\n");
  listener = createServer((_, response) => response.end("{}"));
  listener.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  listener.close();
  await bed.close();
});
beforeEach(() => {
  connections = 0;
});

const url = (): string => {
  const address = listener.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
};

/** A copy of the good folder that somebody else may have changed. */
interface Folder {
  readonly cwd: string;
  readonly write: (name: string, text: string) => void;
  readonly pipe: (name: string) => void;
  readonly link: (name: string, target: string) => void;
  readonly edit: (name: string, change: (text: string) => string) => void;
}

function copy(name: string): Folder {
  const cwd = join(bed.folder, name);
  cpSync(join(bed.folder, "good"), cwd, { recursive: true });
  const fresh = (file: string): string => {
    mkdirSync(dirname(join(cwd, file)), { recursive: true });
    rmSync(join(cwd, file), { recursive: true, force: true });
    return join(cwd, file);
  };
  const script = fresh("bin/pulumi-resource-digitalocean");
  writeFileSync(script, `#!/bin/sh\necho ran > "${cwd}/ran"\n`);
  chmodSync(script, 0o755);
  return {
    cwd,
    write: (file, text) => writeFileSync(fresh(file), text),
    pipe: (file) => execFileSync("mkfifo", [fresh(file)]),
    link: (file, target) => symlinkSync(target, fresh(file)),
    edit: (file, change) => writeFileSync(join(cwd, file), change(readFileSync(join(cwd, file), "utf8"))),
  };
}

const input = "stack-input.yaml";
const manifest = (spec: object, config?: object): string =>
  JSON.stringify({
    ...(config && { provider_config: config }),
    target: { ...JSON.parse(vpcInput({ name: "net" })).target, ...spec },
  });

type RunEnv = Readonly<Record<string, string | undefined>>;

/** What is hostile in a folder, what preview, up and recover say of it, and how it is made; gives variables to run with. */
const hostile: readonly (readonly [what: string, says: string, prepare: (folder: Folder) => RunEnv | undefined])[] = [
  ["a stack input that is a pipe", "E_LOAD_UNREADABLE", ({ pipe }) => void pipe(input)],
  ["a stack input that is a device", "E_LOAD_UNREADABLE", ({ link }) => void link(input, "/dev/zero")],
  [
    "a stack input that is a folder",
    "E_LOAD_UNREADABLE",
    ({ cwd, write }) => {
      rmSync(join(cwd, input));
      write(`${input}/x`, "");
      return undefined;
    },
  ],
  [
    "a stack input that is a file of the user's",
    "E_DECODE_UNKNOWN_FIELD",
    ({ link }) => void link(input, join(bed.folder, "outside/private.yaml")),
  ],
  [
    "control characters in a name",
    "target.metadata.name",
    ({ write }) => void write(input, manifest({ metadata: { name: forged } })),
  ],
  [
    "control characters in a key",
    "E_DECODE_UNKNOWN_FIELD",
    ({ write }) => void write(input, manifest({ spec: { [forged]: 1, region: "nyc3" } })),
  ],
  [
    "control characters in a value",
    "target.spec.region",
    ({ write }) => void write(input, manifest({ spec: { region: forged } })),
  ],
  ["control characters in a kind", "E_KIND_UNKNOWN", ({ write }) => void write(input, manifest({ kind: forged }))],
  [
    "a secret that a program prints",
    "E_SECRET_URI",
    ({ write }) => void write(input, manifest({}, { api_token: "exec:./bin/pulumi-resource-digitalocean" })),
  ],
  [
    "a secret in a pipe",
    "E_SECRET_URI",
    ({ write, pipe }) => {
      pipe(".env");
      write(input, manifest({}, { api_token: "dotenv://.env#TOKEN" }));
      return undefined;
    },
  ],
  [
    "a secret on a device",
    "E_SECRET_URI",
    ({ write }) => void write(input, manifest({}, { api_token: "file:///dev/zero" })),
  ],
  ["a workspace that is a pipe", "E_PROJECT_INVALID", ({ pipe }) => void pipe("planton.yaml")],
  ["a workspace that is a device", "E_PROJECT_INVALID", ({ link }) => void link("planton.yaml", "/dev/zero")],
  [
    "a workspace with a backend elsewhere",
    "E_PROJECT_INVALID",
    ({ write }) => void write("planton.yaml", "backend: http://192.0.2.1\n"),
  ],
  [
    "control characters in the workspace",
    "E_PROJECT_INVALID",
    ({ write }) => void write("planton.yaml", `${JSON.stringify(forged)}: 1\n`),
  ],
  [
    "a project that names programs",
    "E_PROJECT_INVALID",
    ({ edit }) =>
      void edit("Pulumi.yaml", (text) => `${text}plugins: {providers: [{name: digitalocean, path: ./bin}]}\n`),
  ],
  ["a project that is a pipe", "E_PROJECT_INVALID", ({ pipe }) => void pipe("Pulumi.yaml")],
  ["a project that is a device", "E_PROJECT_INVALID", ({ link }) => void link("Pulumi.yaml", "/dev/zero")],
  [
    "a project of another runtime",
    "E_PROJECT_RUNTIME",
    ({ write }) => void write("Pulumi.yaml", `name: good\nruntime: ${JSON.stringify(forged)}\nmain: bin\n`),
  ],
  ["settings that are a pipe", "E_PROJECT_INVALID", ({ pipe }) => void pipe(settings)],
  [
    "settings that are a file of the user's",
    "E_PROJECT_INVALID",
    ({ link }) => void link(settings, join(bed.folder, "outside/private.yaml")),
  ],
  [
    "settings with an environment",
    "E_PROJECT_INVALID",
    ({ edit }) => void edit(settings, (text) => `${text}environment: [evil]\n`),
  ],
  [
    "settings that send the token elsewhere",
    "E_PROJECT_INVALID",
    ({ edit }) =>
      void edit(settings, (text) => text.replace("config:\n", `config:\n  digitalocean:apiEndpoint: ${url()}\n`)),
  ],
  [
    "a folder of run markers elsewhere",
    "E_PROJECT_INVALID",
    ({ link }) => void link(".planton", join(bed.folder, "outside")),
  ],
  ["a run marker that is a pipe", "E_PENDING_OPERATIONS", ({ pipe }) => void pipe(marker)],
  [
    "a forged run marker",
    "E_PENDING_OPERATIONS",
    ({ write }) =>
      void write(marker, JSON.stringify({ stack: "sandbox.vpc.net", startedAtMs: 1, creates: [{ type: forged }] })),
  ],
  [
    "a state that is a pipe",
    "E_FILESYSTEM",
    ({ edit, pipe }) => {
      edit("Pulumi.yaml", (text) => `${text.replace(/backend:[\s\S]*/, "")}backend: {url: "file://."}\n`);
      pipe(".pulumi/stacks/good/sandbox.vpc.net.json");
      return { PULUMI_BACKEND_URL: undefined };
    },
  ],
  [
    "tags that are a pipe",
    "E_FILESYSTEM",
    ({ edit, pipe }) => {
      edit("Pulumi.yaml", (text) => `${text.replace(/backend:[\s\S]*/, "")}backend: {url: "file://."}\n`);
      pipe(".pulumi/stacks/good/sandbox.vpc.net.pulumi-tags");
      return { PULUMI_BACKEND_URL: undefined };
    },
  ],
  [
    "a lock that is a device",
    "E_FILESYSTEM",
    ({ edit, link }) => {
      edit("Pulumi.yaml", (text) => `${text.replace(/backend:[\s\S]*/, "")}backend: {url: "file://."}\n`);
      link(".pulumi/locks/organization/good/sandbox.vpc.net/a.json", "/dev/zero");
      return { PULUMI_BACKEND_URL: undefined };
    },
  ],
];

const commands: Readonly<Record<string, readonly string[]>> = {
  validate: ["validate", "."],
  output: ["pulumi", "output"],
  preview: ["pulumi", "preview"],
  up: ["pulumi", "up", "--yes"],
  recover: ["pulumi", "recover", "--yes"],
  status: ["status"],
  "up -f": ["up", "--yes"],
};

/** What `output` does not read, or takes for a stack input that was never applied. */
const ofOthers = /stack input|control characters in a|secret|run marker/;

async function run(folder: Folder, words: readonly string[], env: RunEnv = {}): Promise<Ended> {
  const running = bed.start(words, { cwd: folder.cwd, env: { DIGITALOCEAN_API_URL: url(), ...env } });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    running.child.kill("SIGKILL");
  }, boundMs);
  const ended = await running.ended;
  clearTimeout(timer);
  expect(isLate, `${words.join(" ")} waits: ${ended.all}`).toBe(false);
  return ended;
}

/** What the run said holds nothing of the file outside, and no line and no command that the folder has written. */
function expectHonest({ all }: Ended): void {
  expect(all).not.toContain("MARKER");
  // Control characters but for line breaks and tabs.
  expect(all.replace(/[\n\t]/g, "")).not.toMatch(/[\p{Cc}\u202e]/u);
  expect(all).not.toMatch(/^\s*(?:::|FORGED)|##\[/m);
  expect(all).not.toMatch(/planton has a bug/);
}

const outside = (): string[] =>
  filesBelow(join(bed.folder, "outside")).map(({ path, content }) => `${path} ${content.toString()}`);

describe("starts nothing, sends nothing, forges no line and ends:", () => {
  test.each(hostile)("a folder with %s", async (name, says, prepare) => {
    const folder = copy(name.replaceAll(/\W+/g, "-"));
    const env = prepare(folder) ?? {};
    const before = outside();
    // Among the manifests of a folder is what may be one, and nothing else.
    const saidOf = (command: string): RegExp =>
      new RegExp(/^status|^up -f/.test(command) && /stack input/.test(name) ? `${says}|E_LOAD_NOT_FOUND` : says);
    for (const [command, words] of Object.entries(commands)) {
      const ended = await run(folder, words, env);
      expectHonest(ended);
      const isRefused = command !== "validate" && !(command === "output" && ofOthers.test(name));
      if (isRefused) expect([ended.code === 0, ended.all]).toEqual([false, expect.stringMatching(saidOf(command))]);
      expect(connections, `${command}: ${ended.all}`).toBe(0);
    }
    expect(existsSync(join(folder.cwd, "ran"))).toBe(false);
    expect(outside()).toEqual(before);
  });
});

test("control characters in file names and words forge no line", async () => {
  const folder = copy("names");
  renameSync(join(folder.cwd, input), join(folder.cwd, `${forged.replace("/", "")}.yaml`));
  folder.edit(`${forged}.yaml`, (text) => text.replace("nyc3", "nowhere at all"));
  for (const words of [
    ["validate", "."],
    ["validate", "--format", "json", "."],
    ["validate", forged],
    ["explain", forged],
    ["explain", `DigitalOceanVpc.spec.${forged}`],
    ["pulumi", "up", "--yes", "--stack-input", `${forged}.yaml`],
    ["pulumi", "output", "--stack", forged],
  ]) {
    expectHonest(await run(folder, words));
    expect(connections).toBe(0);
  }
});

test.skipIf(!isRoot)("a workspace of another user is refused before anything is sent (needs root)", async () => {
  const folder = copy("foreign");
  folder.write("planton.yaml", "name: good\n");
  chownSync(join(folder.cwd, "planton.yaml"), 1234, 1234);
  for (const words of Object.values(commands).slice(2)) {
    const ended = await run(folder, words);
    expect(ended.all).toContain("E_PROJECT_INVALID");
    expect(connections).toBe(0);
  }
});
