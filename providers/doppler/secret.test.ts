import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noProperties, type PropertyMap } from "../kit/schema/property-value.js";
import { plain } from "../kit/testing/test-client.js";
import { failureOf } from "../kit/testing/test-engine.js";
import {
  basicId,
  basicSecret,
  dropSecret,
  hideRestricted,
  putSecret,
  secretTarget,
  sentChanges,
  startTestEngine,
  storedSecret,
  type TestEngine,
} from "./test-engine.js";

let engine: TestEngine;

beforeEach(async () => {
  engine = await startTestEngine();
});

afterEach(() => engine.stop());

const nothing = { did: "nothing", failure: "" };
const created = { did: "create", failure: "" };
const updated = { did: "update", failure: "" };
const nobody = { state: noProperties, inputs: noProperties };
const hidden = { messages: ["Could not find requested config 'prd'"], success: false };
const adopting = { ...basicSecret, adoptionPolicy: "adopt" };
const values = () => engine.kept()?.state.values ?? {};
const changes = () => sentChanges(engine);
const stored = () => storedSecret(engine);
const put = (raw: string, visibility?: string) => putSecret(engine, raw, visibility);

async function up(inputs: PropertyMap) {
  const result = await engine.up(inputs);
  return { did: result.did, failure: failureOf(result) };
}

/** Loses the response to a request from now, and resets that many after it before they have an effect. */
function loseFrom(nth: number, resets: number): Promise<void> | void {
  return engine.fake.fail("reset after", { nth, resets });
}

describe("update", () => {
  beforeEach(() => engine.up(basicSecret));

  it("sets value and visibility over whatever is there", async () => {
    await put("by-hand");
    const next = { ...basicSecret, value: "next", visibility: "restricted" };
    expect(await up(next)).toEqual(updated);
    expect(await stored()).toEqual({ raw: "next", visibility: "restricted" });
    const { name } = basicSecret;
    expect(changes().at(-1)).toEqual({ name, originalName: name, value: "next", visibility: "restricted" });
    expect(await up(next)).toEqual(nothing);
  });

  it("is none when the policy changes", async () => {
    expect(await up(adopting)).toEqual(nothing);
  });

  it("knows nothing of the value after a lost response, so that going back sets the old one again", async () => {
    await loseFrom(2, 20);
    expect((await up({ ...basicSecret, value: "next" })).failure).not.toBe("");
    await engine.fake.clearFaults();
    expect([values()["value"], (await stored())?.raw]).toEqual([undefined, "next"]);
    expect(await up(basicSecret)).toEqual(updated);
    expect([(await stored())?.raw, values()["value"]]).toEqual([basicSecret.value, basicSecret.value]);
  });

  it("keeps what is known when it is refused, and reveals no value", async () => {
    engine.fake.respond("POST", 403, { messages: [`no marker-next here, ${engine.fake.env["DOPPLER_TOKEN"]}`] });
    const { failure } = await up({ ...basicSecret, value: "marker-next" });
    expect(failure).toContain("read and write access");
    expect([/marker|Sandbox5a/.test(failure), values()["value"]]).toEqual([false, basicSecret.value]);
    expect(await up({ ...basicSecret, value: "marker-next" })).toEqual(updated);
  });

  it.each<{ what: string; body: unknown }>([
    { what: "a success", body: { secrets: {}, success: true } },
    { what: "a page", body: "<html>" },
    { what: "no success", body: { success: false, messages: ["busy"] } },
  ])("says when Doppler responds with $what and does nothing", async ({ body }) => {
    for (let posts = 0; posts < 5; posts += 1) engine.fake.respond("POST", 200, body);
    expect((await up({ ...basicSecret, value: "next" })).failure).toContain("not what was sent");
    await engine.fake.clearFaults();
    expect(await up({ ...basicSecret, value: "next" })).toEqual(updated);
    expect((await stored())?.raw).toBe("next");
  });

  it("asks for a refresh when it is gone", async () => {
    await dropSecret(engine);
    expect((await up({ ...basicSecret, value: "next" })).failure).toMatch(/is gone.*\n.*refresh/);
    await engine.refresh();
    expect([engine.kept(), await up({ ...basicSecret, value: "next" })]).toEqual([undefined, created]);
  });

  it.each(["project", "config", "name"])("of %s replaces", async (property) => {
    const { state, inputs } = engine.kept() ?? nobody;
    const next = plain({ ...inputs.values, [property]: "OTHER" });
    const diff = await engine.client.diff(secretTarget, { id: basicId, state, inputs: next, oldInputs: inputs });
    expect(diff).toMatchObject({ replaces: [property] });
  });
});

describe("a vendor that refuses for long", () => {
  const again = expect.stringContaining("still tried again");

  it("is waited for, and the user hears why", async () => {
    await engine.fake.plan({ method: "POST", status: 429, retryAfterSeconds: 8, count: 3 });
    expect(await engine.up(basicSecret)).toMatchObject({ error: undefined });
    expect(engine.warnings).toEqual([again]);
    expect(engine.warnings[0]).toMatch(/POST \S+: the response has status 429/);
    expect(engine.warnings[0]).not.toContain(basicSecret.value);
  });

  it("is not worth a word when it is over at once", async () => {
    await engine.fake.plan({ method: "POST", status: 429 });
    await engine.up(basicSecret);
    expect(engine.warnings).toEqual([]);
  });
});

describe("read", () => {
  beforeEach(() => engine.up(basicSecret));

  it("shows what changed at Doppler, and the next run puts it right", async () => {
    await put("by-hand", "unmasked");
    await engine.refresh();
    expect(values()).toMatchObject({ value: "by-hand", visibility: "unmasked" });
    expect(await up(basicSecret)).toEqual(updated);
    expect(await stored()).toEqual({ raw: basicSecret.value, visibility: "masked" });
  });

  it("keeps the value that the token may not read, with a warning", async () => {
    await hideRestricted(engine);
    const restricted = { ...basicSecret, visibility: "restricted" };
    await up(restricted);
    await engine.refresh();
    expect([values()["value"], engine.warnings.length]).toEqual([basicSecret.value, 1]);
    expect(await up(restricted)).toEqual(nothing);
  });

  it("keeps what Doppler shows no config of, with a warning, and deletes nothing then", async () => {
    const hide = () => engine.fake.respond("GET", 404, hidden);
    hide();
    await engine.refresh();
    expect([engine.kept()?.id, values()["adopted"], engine.warnings.length]).toEqual([basicId, false, 1]);
    hide();
    expect((await engine.destroy())?.message).toContain("pulumi state delete 'urn:");
    expect([engine.kept()?.id, (await stored())?.raw]).toEqual([basicId, basicSecret.value]);
    expect(await engine.destroy()).toBeUndefined();
    expect(await stored()).toBeUndefined();
  });

  it("takes one that others made after ours was gone for theirs", async () => {
    await dropSecret(engine);
    await engine.refresh();
    expect([engine.kept(), engine.intents()]).toEqual([undefined, []]);
    await put("theirs");
    expect((await up(basicSecret)).failure).toContain("already, and this stack did not make it");
    expect((await stored())?.raw).toBe("theirs");
  });

  it("takes it for theirs also when the state was made to forget ours", async () => {
    engine.forget();
    await put("theirs");
    expect((await up(basicSecret)).failure).toContain("already, and this stack did not make it");
    expect((await stored())?.raw).toBe("theirs");
  });

  it.each([
    { status: 404, body: "<html>" },
    { status: 404, body: { messages: ["Not found"], success: false } },
    { status: 400, body: { messages: ["This token does not have access"] } },
    { status: 200, body: { success: true } },
  ])("fails for $status $body instead of dropping it", async ({ status, body }) => {
    engine.fake.respond("GET", status, body);
    await expect(engine.refresh()).rejects.toThrow();
    expect(engine.kept()?.id).toBe(basicId);
  });
});

describe("import", () => {
  const read = (imported: string) =>
    engine.client.read(secretTarget, imported, { state: noProperties, inputs: noProperties });

  it("takes one by its basicId, to be deleted like any other", async () => {
    await put("theirs", "unmasked");
    const { inputs, state } = await read(basicId);
    expect(inputs.values).toEqual({
      project: "planton",
      config: "dev",
      name: basicSecret.name,
      value: "theirs",
      visibility: "unmasked",
    });
    expect([state.values["adopted"], inputs.secrets]).toEqual([false, new Set(["value"])]);
  });

  it.each([
    { imported: "planton.dev.NOPE", result: "" },
    { imported: "planton.dev", result: /no id of a secret/ },
    { imported: "planton.dev.lower", result: /no id of a secret/ },
    { imported: basicId, result: /restricted/ },
  ])("of $imported gives $result", async ({ imported, result }) => {
    await hideRestricted(engine);
    await put("theirs", "restricted");
    if (typeof result === "string") expect((await read(imported)).id).toBe(result);
    else await expect(read(imported)).rejects.toThrow(result);
  });
});

describe("delete", () => {
  beforeEach(() => engine.up(basicSecret));

  it("is fine when it is gone", async () => {
    await dropSecret(engine);
    expect(await engine.destroy()).toBeUndefined();
    expect([changes().length, engine.intents()]).toEqual([1, []]);
  });

  it.each<{ what: string; body: unknown }>([
    { what: "a success", body: { success: true } },
    { what: "a page", body: "<html>" },
    { what: "no success", body: { success: false } },
  ])("fails when Doppler responds with $what and does nothing", async ({ body }) => {
    for (let posts = 0; posts < 5; posts += 1) engine.fake.respond("POST", 200, body);
    expect((await engine.destroy())?.message).toContain("not what was sent");
    expect([engine.kept()?.id, (await stored())?.raw]).toEqual([basicId, basicSecret.value]);
    await engine.fake.clearFaults();
    expect(await engine.destroy()).toBeUndefined();
    expect(await stored()).toBeUndefined();
  });

  it("looks after a lost response before it sends it again", async () => {
    await loseFrom(2, 0);
    expect(await engine.destroy()).toBeUndefined();
    expect(changes().filter(({ shouldDelete }) => shouldDelete).length).toBe(1);
  });

  it("leaves what another entry of the state stands for", async () => {
    const { state, inputs } = engine.kept() ?? nobody;
    const renamed = { ...secretTarget, name: "renamed" };
    await engine.client.create(renamed, inputs);
    await engine.client.delete(secretTarget, basicId, state, 0, inputs);
    expect([(await stored())?.raw, engine.warnings.at(-1)]).toEqual([
      basicSecret.value,
      expect.stringContaining("was kept"),
    ]);
  });
});
