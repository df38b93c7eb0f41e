import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveValues } from "../credentials/resolve-credentials.js";
import { failure, marker, openSecretBed, type SecretBed } from "./test-secrets.js";

let bed: SecretBed;
beforeAll(() => {
  bed = openSecretBed();
});
afterAll(() => bed.remove());

describe("literals", () => {
  it.each(["", "hunter2", "https://x/y"])("gives %j back", async (text) => {
    expect(await bed.resolver()(text)).toBe(text);
  });

  it("does not resolve a resolved text again", async () => {
    expect(await bed.resolver({ A: "env://B", B: "c" })("env://A")).toBe("env://B");
  });

  it("refuses a malformed URI", async () => {
    await expect(bed.resolver()(`env://${marker}`)).rejects.toMatchObject({ code: "E_SECRET_URI" });
  });
});

describe("env://", () => {
  it("gives a variable", async () => {
    expect(await bed.resolver({ TOKEN: marker })("env://TOKEN")).toBe(marker);
  });

  it.each([
    ["env://TOKNE", "is not set", 'did you mean "TOKEN"?'],
    ["env://EMPTY", "is empty", "export EMPTY="],
  ])("%s: %s", async (uri, problem, hint) => {
    const text = await failure(uri, bed.resolver({ TOKEN: marker, EMPTY: "" }));
    expect(text).toContain(problem);
    expect(text).toContain(hint);
  });
});

describe("file://", () => {
  it.each<[what: string, path: string, content: string, uri: string, value: string]>([
    ["relative", "base/a", `${marker}\n`, "file://a", marker],
    ["upwards", "up", marker, "file://../up", marker],
    ["in the home folder", "home/t", `${marker}\r\n`, "file://~/t", marker],
    ["with one line break cut", "base/pem", "a\nb\n\n", "file://./pem", "a\nb\n"],
    ["with space kept", "base/space", " a b ", "file://space", " a b "],
    ["with odd characters in its path", "base/a %20#1", "x", "file://a %20#1", "x"],
  ])("%s", async (_what, path, content, uri, value) => {
    bed.file(path, content);
    expect(await bed.resolver()(uri)).toBe(value);
  });

  it("starts at the folder given with the call, and keeps two folders apart", async () => {
    bed.file("base/same", "one");
    bed.file("home/same", "two");
    const resolve = bed.resolver();
    expect([await resolve("file://same"), await resolve("file://same", bed.home)]).toEqual(["one", "two"]);
  });

  it.each<[what: string, content: string | Uint8Array, mode: number, problem: string]>([
    ["empty", "\n", 0o600, "is empty"],
    ["binary", `${marker}\0`, 0o600, "is binary"],
    ["no UTF-8", new Uint8Array([0xff, 0xfe, 0x41]), 0o600, "not text in UTF-8"],
    ["too large", marker.repeat(3000), 0o600, "more than 64 KiB"],
    ["readable by the group", marker, 0o640, "mode 0640"],
    ["readable by all", marker, 0o604, "mode 0604"],
  ])("refuses a file that is %s", async (_what, content, mode, problem) => {
    bed.file("base/bad", content, mode);
    expect(await failure("file://bad", bed.resolver())).toContain(problem);
  });

  it("takes a file of exactly 64 KiB", async () => {
    bed.file("base/large", "x".repeat(64 * 1024));
    expect(await bed.resolver()("file://large")).toHaveLength(64 * 1024);
  });

  it("takes an open file of another owner, such as a mounted one", async () => {
    const bytes = new TextEncoder().encode(marker);
    const readFile = () => Promise.resolve({ bytes, isRegular: true, isOpenToOthers: false, mode: 0o444 });
    expect(await bed.resolver({}, { readFile })("file:///run/secrets/x")).toBe(marker);
  });

  it("refuses what is no file, without waiting", async () => {
    execFileSync("mkfifo", [join(bed.base, "pipe")]);
    expect(await failure("file://pipe", bed.resolver())).toContain("is no file");
    expect(await failure(`file://${bed.base}`, bed.resolver())).toContain("is no file");
    expect(await failure("file://none/none", bed.resolver())).toContain("there is no file");
  });
});

describe("dotenv://", () => {
  it("gives a variable, and warns once of a file that others may read", async () => {
    bed.file("base/.env", `A=1\nexport TOKEN="${marker}" # c\n`, 0o644);
    const warnings: string[] = [];
    const resolve = bed.resolver({}, { warn: (message) => warnings.push(message) });
    expect([await resolve("dotenv://.env#TOKEN"), await resolve("dotenv://.env#A")]).toEqual([marker, "1"]);
    expect(warnings).toHaveLength(1);
    expect(warnings.join()).not.toContain(marker);
  });

  it.each([
    ["TOKNE", 'did you mean "TOKEN"?'],
    ["OTHER_THING", "there are: TOKEN, EMPTY, HASH"],
    ["EMPTY", "is empty"],
    ["HASH", "put the value in quotes"],
  ])("%s: %s", async (name, text) => {
    bed.file("base/.env", `TOKEN=${marker}\nEMPTY=\nHASH=${marker}#x\n`);
    expect(await failure(`dotenv://.env#${name}`, bed.resolver())).toContain(text);
  });

  it("says what to add to a file without variables", async () => {
    bed.file("base/none.env", "# nothing\n");
    expect(await failure("dotenv://none.env#A", bed.resolver())).toContain("A=...");
  });
});

describe("resolveValues", () => {
  it("resolves the URIs among literals", async () => {
    const values = { api_token: "env://TOKEN", region: "nyc3" };
    const resolve = bed.resolver({ TOKEN: marker });
    const found = await resolveValues({ values, resolve, baseDir: bed.base, placeOf: () => ({}) });
    expect(found).toEqual({ api_token: marker, region: "nyc3" });
  });

  it("refuses a secret of several lines, which is more than a key", async () => {
    bed.file("base/.env", `A=1\nTOKEN=${marker}\n`);
    const values = { api_token: "file://.env" };
    const resolving = resolveValues({ values, resolve: bed.resolver(), baseDir: bed.base, placeOf: () => ({}) });
    const error = await resolving.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "E_SECRET_URI", hint: expect.stringContaining("dotenv://") });
    expect(JSON.stringify(error)).not.toContain(marker);
  });

  it("reports every URI that cannot be resolved, each with its place", async () => {
    const values = { api_token: "env://NO_SUCH", other: "file://no-such", region: "nyc3" };
    const placeOf = (field: string) => ({ path: `here.${field}` });
    const resolving = resolveValues({ values, resolve: bed.resolver(), baseDir: bed.base, placeOf });
    await expect(resolving).rejects.toMatchObject({
      code: "E_SECRET_URI",
      problems: [
        { path: "here.api_token", message: expect.stringContaining("NO_SUCH") },
        { path: "here.other", message: expect.stringContaining("no-such") },
      ],
    });
  });
});
