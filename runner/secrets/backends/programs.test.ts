import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { failure, marker, openSecretBed, type SecretBed } from "../test-secrets.js";

let bed: SecretBed;
beforeAll(() => {
  bed = openSecretBed();
});
afterAll(() => bed.remove());
beforeEach(() => bed.clear());

describe("doppler:// by its program", () => {
  const uri = "doppler://planton/dev/TOKEN";

  it("is asked without a token, once", async () => {
    bed.program("doppler", `echo '${marker}'`);
    const resolve = bed.resolver({ DOPPLER_TOKEN: "" });
    expect(await Promise.all([resolve(uri), resolve(uri)])).toEqual([marker, marker]);
    expect(bed.calls()).toEqual(["doppler secrets get TOKEN --plain --project planton --config dev"]);
  });

  it.each([
    ["Doppler Error: you must provide a token", "doppler login"],
    ["Doppler Error: Could not find requested config 'dev'", "doppler configs"],
    [`Doppler Error: broken ${marker}`, "says: Doppler Error: broken ["],
    ["", "ended with exit code 1"],
  ])("when it says %j", async (stderr, text) => {
    bed.program("doppler", `echo "${stderr}" >&2; exit 1`);
    expect(await failure(uri, bed.resolver())).toContain(text);
  });

  it("names the secret that may be meant", async () => {
    bed.program(
      "doppler",
      `if [ "$2" = get ]; then echo 'Doppler Error: Could not find requested secret: TOKEN' >&2; exit 1; fi
       echo '{"TOKNE": {}, "OTHER": {}}'`,
    );
    expect(await failure(uri, bed.resolver())).toContain('did you mean "TOKNE"?');
    expect(bed.calls().at(-1)).toBe("doppler secrets --only-names --json --project planton --config dev");
  });

  it("names both ways when it is not installed", async () => {
    const text = await failure(uri, bed.resolver());
    expect(text).toContain("DOPPLER_TOKEN");
    expect(text).toContain("doppler login");
  });
});

describe("op://", () => {
  it.each([
    ["op", "op://Private/Item/password"],
    ["doppler", "doppler://planton/dev/TOKEN"],
  ])("and other stores: %s gets no vendor's credentials, and the rest of the environment", async (program, uri) => {
    bed.program(program, "env | sort | tr '\\n' ','");
    const withheld = ["DIGITALOCEAN_TOKEN", "TIDBCLOUD_PRIVATE_KEY"];
    const vendors = { DIGITALOCEAN_TOKEN: "do-token", TIDBCLOUD_PRIVATE_KEY: "tidb-key" };
    const resolve = bed.resolver({ ...vendors, OP_SERVICE_ACCOUNT_TOKEN: "op-token" }, { withheld });
    const seen = await resolve(uri);
    expect(seen).toContain("OP_SERVICE_ACCOUNT_TOKEN=op-token");
    expect(seen).not.toMatch(/do-token|tidb-key/);
  });

  it("gives what op reads, once", async () => {
    bed.program("op", `echo '${marker}'`);
    const resolve = bed.resolver();
    const uri = "op://Private/My Item/Login/password";
    expect(await Promise.all([resolve(uri), resolve(uri)])).toEqual([marker, marker]);
    expect(bed.calls()).toEqual([`op read ${uri}`]);
  });

  it.each([
    ["[ERROR] 2026/11/21 10:00:00 You are not currently signed in.", "op signin"],
    ["[ERROR] could not read secret 'op://v/i/f': error initializing client: authorization timeout", "op signin"],
    ['[ERROR] \\"i\\" isn\'t an item in the \\"v\\" vault', 'op item get "i" --vault "v"'],
    [`[ERROR] bad token ${marker}`, "bad token ["],
  ])("when it says %j", async (stderr, text) => {
    bed.program("op", `echo '${marker}'; echo "${stderr}" >&2; exit 1`);
    expect(await failure("op://v/i/f", bed.resolver())).toContain(text);
  });

  it("says how to get it when it is not installed", async () => {
    expect(await failure("op://v/i/f", bed.resolver())).toContain("op signin");
  });
});

describe("exec:", () => {
  const allowed = { PLANTON_ALLOW_EXEC: "1" };

  it("runs a program with its arguments as they are, in the base folder", async () => {
    bed.program("give", 'printf "%s|%s|%s\\n" "$1" "$2" "$(pwd)"');
    expect(await bed.resolver(allowed)("exec:give 'a b' $HOME;")).toBe(`a b|$HOME;|${bed.base}`);
  });

  it("starts a path with a slash at the base folder", async () => {
    bed.program("own.sh", `echo '${marker}'`, bed.base);
    expect(await bed.resolver(allowed)("exec:./own.sh")).toBe(marker);
  });

  it.each([
    {},
    { PLANTON_ALLOW_EXEC: "" },
    { PLANTON_ALLOW_EXEC: "0" },
    { PLANTON_ALLOW_EXEC: "true" },
  ])("runs nothing with %j", async (env) => {
    bed.program("give", "echo x");
    expect(await failure(`exec:give ${marker}`, bed.resolver(env))).toContain("PLANTON_ALLOW_EXEC=1");
    expect(bed.calls()).toEqual([]);
  });

  it.each([
    ["exits", `echo '${marker}'; echo '${marker}' >&2; exit 3`, "exit code 3"],
    ["is killed", "kill -TERM $$; sleep 5", "SIGTERM"],
    ["prints nothing", "true", "is empty"],
    ["prints too much", "yes", "more than 64 KiB"],
  ])("reports that it %s, and nothing of its output", async (_what, script, text) => {
    bed.program("give", script);
    expect(await failure(`exec:give ${marker}`, bed.resolver(allowed))).toContain(text);
  });

  it("ends a program that takes too long, also when a child of it goes on", async () => {
    bed.program("give", "sleep 20 & sleep 20");
    const begun = performance.now();
    expect(await failure("exec:give", bed.resolver(allowed, { timeoutMs: 200 }))).toContain("longer than 0.2 s");
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it("does not wait for what a program leaves behind", async () => {
    bed.program("give", `echo '${marker}'; sleep 20 &`);
    const begun = performance.now();
    expect(await bed.resolver(allowed)("exec:give")).toBe(marker);
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it("reports a program that does not exist or is none", async () => {
    expect(await failure("exec:nowhere", bed.resolver(allowed))).toContain("on PATH");
    bed.file("base/data", "x");
    expect(await failure("exec:./data", bed.resolver(allowed))).toContain("is no program");
    bed.program("odd", "");
    writeFileSync(join(bed.bin, "odd"), "#!/no/such/interpreter\n");
    expect(await failure("exec:odd", bed.resolver(allowed))).toContain("could not be started");
  });
});
