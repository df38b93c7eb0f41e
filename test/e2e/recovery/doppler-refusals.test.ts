import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readOnlyToken } from "../../../sandbox/doppler/tokens.js";
import { secretAt, secretInput } from "../../support/doppler-bed.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";

const wrongToken = "dp.st.dev.marker-wrong-token-90aa17";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

test.each([
  {
    what: "a wrong token",
    env: { DOPPLER_TOKEN: wrongToken },
    code: 3,
    says: ["[E_CREDENTIALS_REFUSED]", "DOPPLER_TOKEN"],
  },
  { what: "no token", env: { DOPPLER_TOKEN: undefined }, code: 3, says: ["[E_CREDENTIALS_MISSING]", "DOPPLER_TOKEN"] },
  { what: "a token that may only read", env: { DOPPLER_TOKEN: readOnlyToken }, code: 1, says: ["read and write"] },
  { what: "a config of another token", spec: { config: "prd" }, code: 1, says: ["service account"] },
  { what: "a project that is not there", spec: { project: "nowhere" }, code: 1, says: ["project"] },
  {
    what: "a name of Doppler's own",
    spec: { secret_name: "DOPPLER_CONFIG" },
    code: 64,
    says: ["which Doppler itself sets"],
  },
  { what: "a reference to nothing", spec: { value: { ref: { name: "no-db" } } }, code: 64, says: ["no-db first"] },
])("$what is refused with a hint, and nothing is written", async ({ what, env, spec, code, says }) => {
  const name = what
    .replaceAll(" ", "-")
    .toLowerCase()
    .replaceAll(/[^a-z-]/g, "");
  bed.write(`${name}/stack-input.yaml`, secretInput(name, { value: "value-MARKER", ...spec }));
  const options = { cwd: join(bed.folder, name), ...(env === undefined ? {} : { env }) };
  const ended = await bed.planton(["pulumi", "up", "--yes"], options);
  expect(ended.code, ended.all).toBe(code);
  for (const text of says) expect(ended.all).toContain(text);
  expect(ended.all).not.toMatch(/MARKER|marker-wrong|Sandbox5a/);
  expect((await secretAt(bed, { name: name.toUpperCase().replaceAll("-", "_") })).raw).toBeNull();
});

test("planton credentials knows Doppler", async () => {
  const listed = await bed.planton(["credentials", "list", "--format", "json"]);
  const { providers } = JSON.parse(listed.stdout) as { readonly providers: readonly unknown[] };
  expect(providers).toContainEqual({
    provider: "doppler",
    variables: ["DOPPLER_TOKEN"],
    credentials: [
      {
        source: "environment",
        id: null,
        fields: [{ field: "token", setBy: "DOPPLER_TOKEN", form: "literal" }],
        notSet: [],
      },
    ],
  });
  const checked = await bed.planton(["credentials", "check", "doppler"]);
  expect(checked.code, checked.all).toBe(0);
  expect(checked.stdout).toMatch(/doppler +environment|doppler .*accepted/);
  const refused = await bed.planton(["credentials", "check", "doppler"], { env: { DOPPLER_TOKEN: wrongToken } });
  expect(refused.code, refused.all).toBe(3);
  expect(refused.all).not.toContain("marker-wrong");
});
