import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { vpcInput } from "../../support/kinds/stack-inputs.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
  bed.write("net/stack-input.yaml", vpcInput({ name: "net" }));
});
afterAll(() => bed.close());

const traceLine = /^\d{4}-\d\d-\d\dT[\d:.]+Z (\w+)\[\d+\] (.*)$/;

/** What the lines of a trace in an output say, with the process; ids and times are left out. */
function traceIn(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const [, source, rest = ""] = traceLine.exec(line.trim()) ?? [];
    return source === undefined ? [] : [`${source} ${rest.replace(/ (ms|host|request-id|id)=\S+/g, "")}`];
  });
}

test("--debug shows what planton, its language host and its plugin do, on standard error alone", async () => {
  const ended = await bed.planton(["pulumi", "up", "--yes", "--debug"], { cwd: join(bed.folder, "net") });
  expect(ended.code).toBe(0);
  expect(traceIn(ended.stdout)).toEqual([]);
  const seen = traceIn(ended.stderr);
  expect(seen).toEqual(
    expect.arrayContaining([
      "planton load end file=stack-input.yaml kind=DigitalOceanVpc name=net warnings=0",
      "planton http method=GET path=/v2/account status=200 state=active",
      "planton account end vendor=digitalocean origin=DIGITALOCEAN_TOKEN",
      "planton pulumi begin command=up",
      "host program end stack=sandbox.vpc.net preview=false succeeded=true",
      "digitalocean create begin type=Vpc name=net",
      "digitalocean http method=POST path=/v2/vpcs status=201",
      "digitalocean create end type=Vpc name=net",
      "planton pulumi end command=up code=0",
      'planton command end command="pulumi up" code=0',
    ]),
  );
  expect(ended.all).not.toContain(bed.env["DIGITALOCEAN_TOKEN"]);
});

test("many stacks: what is decided of each, and why", async () => {
  const ended = await bed.planton(["up", "--yes", "--debug"], { cwd: join(bed.folder, "net") });
  expect(ended.code).toBe(0);
  expect(traceIn(ended.stderr)).toEqual(
    expect.arrayContaining([
      "planton load end file=. workspace=net manifests=1",
      "planton account end vendor=digitalocean origin=DIGITALOCEAN_TOKEN",
      "planton prepare end stacks=1",
      'planton decision stack=sandbox.vpc.net unchanged=false reason="not noted"',
      "planton command end command=up code=0",
    ]),
  );
});

test("what fails is in the trace, with the vendor's response, also without --debug in the file of --debug-dir", async () => {
  await bed.planton(["sandbox", "fault", "add", "--method", "GET", "--path", "/v2/account", "--status", "503"]);
  const cwd = join(bed.folder, "net");
  const ended = await bed.planton(["pulumi", "preview", "--debug-dir", "logs"], { cwd });
  expect(ended.code).toBe(4);
  expect(traceIn(ended.all)).toEqual([]);
  const path = join(cwd, "logs", "planton.log");
  const seen = traceIn(readFileSync(path, "utf8"));
  expect(seen).toContain("planton http method=GET path=/v2/account status=503");
  expect(seen.find((line) => line.startsWith("planton account failed"))).toContain(" error=E_VENDOR ");
  expect(seen.at(-1)).toBe('planton command end command="pulumi preview" code=4');
  expect([path, join(cwd, "logs")].map((made) => (statSync(made).mode & 0o777).toString(8))).toEqual(["600", "700"]);
});

test("under plain pulumi the variables do the same for language host and plugin", async () => {
  const logs = join(bed.folder, "plain");
  const cwd = join(bed.folder, "net");
  const ended = await bed.pulumi(["refresh", "--yes"], { cwd, env: { PLANTON_DEBUG: "1", PLANTON_DEBUG_DIR: logs } });
  expect(ended.code).toBe(0);
  const seen = traceIn(readFileSync(join(logs, "planton.log"), "utf8"));
  const shown = traceIn(ended.stdout.replace(/^ +pulumi:pulumi:Stack \S+ +(running )?/gm, ""));
  expect(seen).toContain("digitalocean read end type=Vpc name=net");
  // The engine does not wait for the last messages of a plugin.
  expect(shown).toContain("digitalocean configure begin type=digitalocean name=digitalocean");
  const env = { PLANTON_DEBUG: "1", PLANTON_DEBUG_DIR: logs };
  const { stdout } = await bed.pulumi(["preview"], { cwd, env });
  expect(stdout).toContain(" prepare end stack=sandbox.vpc.net preview=true ");
  expect(traceIn(readFileSync(join(logs, "planton.log"), "utf8"))).toContain(
    "host program end stack=sandbox.vpc.net preview=true succeeded=true",
  );
});
