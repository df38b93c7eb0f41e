import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noProperties, type PropertyMap, unknownValue } from "../kit/schema/property-value.js";
import { plain } from "../kit/testing/test-client.js";
import { failureOf } from "../kit/testing/test-engine.js";
import {
  aliveSecrets,
  basicId,
  basicSecret,
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
const nobody = { state: noProperties, inputs: noProperties };
/** What the modules look for to give their own hint. */
const taken = "already, and this stack did not make it";
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

describe("create", () => {
  it("makes a secret, and a second run is empty", async () => {
    expect(await up(basicSecret)).toEqual(created);
    const { name, value } = basicSecret;
    expect(changes()).toEqual([{ name, originalName: null, value, visibility: "masked" }]);
    expect(engine.kept()).toMatchObject({ id: basicId, state: { secrets: new Set(["value"]) } });
    expect(engine.kept()?.inputs.secrets).toEqual(new Set(["value"]));
    const uri = "doppler://planton/dev/APP_URL";
    expect(values()).toMatchObject({ ...basicSecret, visibility: "masked", adopted: false, uri });
    expect(await up(basicSecret)).toEqual(nothing);
    await engine.refresh();
    expect([await up(basicSecret), engine.intents()]).toEqual([nothing, []]);
    expect(await engine.destroy()).toBeUndefined();
    expect(await aliveSecrets(engine)).toEqual([]);
  });

  it("refuses one with another value that it did not make, and never reveals a value", async () => {
    await put("theirs-marker");
    const { failure } = await up(basicSecret);
    expect(failure).toContain(basicId);
    expect(failure).toContain("adoption_policy");
    expect(failure).not.toContain("marker");
    expect([(await stored())?.raw, changes(), engine.kept(), engine.intents()]).toEqual([
      "theirs-marker",
      [],
      undefined,
      [],
    ]);
  });

  it.each<{ what: string; raw: string; visibility: string; inputs: PropertyMap; left: string; sent: number }>([
    { what: "the same", raw: basicSecret.value, visibility: "masked", inputs: basicSecret, left: "masked", sent: 0 },
    { what: "the same", raw: basicSecret.value, visibility: "masked", inputs: adopting, left: "masked", sent: 0 },
    { what: "unmasked", raw: basicSecret.value, visibility: "unmasked", inputs: adopting, left: "masked", sent: 1 },
    { what: "another", raw: "theirs", visibility: "masked", inputs: adopting, left: "masked", sent: 1 },
  ])("takes one that is $what with $inputs.adoptionPolicy, and never deletes it", async (row) => {
    await put(row.raw, row.visibility);
    expect(await up(row.inputs)).toEqual(created);
    expect(values()).toMatchObject({ adopted: true, value: basicSecret.value, visibility: row.left });
    expect([await stored(), changes().length]).toEqual([{ raw: basicSecret.value, visibility: row.left }, row.sent]);
    expect(engine.warnings).toEqual([expect.stringContaining("was taken over")]);
    expect(await engine.destroy()).toBeUndefined();
    expect(await stored()).toBeDefined();
    expect(engine.warnings.at(-1)).toContain("is kept");
  });

  it("refuses one with the wanted value that others see more or less of", async () => {
    await put(basicSecret.value, "restricted");
    expect((await up(basicSecret)).failure).toContain(taken);
    expect((await stored())?.visibility).toBe("restricted");
  });

  it("gives one that it took no other value without the policy for it", async () => {
    await put(basicSecret.value);
    expect(await up(basicSecret)).toEqual(created);
    expect((await up({ ...basicSecret, value: "next" })).failure).toMatch(/adoptionPolicy: .*adopt_if_found/);
    expect([(await stored())?.raw, values()["value"]]).toEqual([basicSecret.value, basicSecret.value]);
    expect(await up({ ...adopting, value: "next" })).toEqual({ did: "update", failure: "" });
    expect((await stored())?.raw).toBe("next");
  });

  it("overwrites only what it read when it adopts", async () => {
    await put("theirs");
    engine.fake.before("POST", () => put("changed-marker"));
    const { failure } = await up(adopting);
    expect(failure).toContain("has changed");
    expect([(await stored())?.raw, engine.kept(), /marker|theirs/.test(failure)]).toEqual([
      "changed-marker",
      undefined,
      false,
    ]);
    expect(changes()).toMatchObject([{ originalName: basicSecret.name, originalValue: "theirs" }]);
    expect(await up(adopting)).toEqual(created);
    expect([(await stored())?.raw, values()["adopted"]]).toEqual([basicSecret.value, true]);
  });

  it("adopts a restricted one that it may not read, which without adopting is another's", async () => {
    await hideRestricted(engine);
    await put("theirs", "restricted");
    expect((await up(basicSecret)).failure).toContain(taken);
    expect(await up({ ...adopting, visibility: "restricted" })).toEqual(created);
    expect([(await stored())?.raw, Object.keys(changes()[0] ?? {})]).toEqual([
      basicSecret.value,
      ["name", "originalName", "value", "visibility"],
    ]);
    expect(await up({ ...adopting, visibility: "restricted" })).toEqual(nothing);
  });

  it("goes on with its own after a lost response and a crash, also with another value", async () => {
    await loseFrom(2, 20);
    expect((await up(basicSecret)).failure).toContain("is not known");
    await engine.fake.clearFaults();
    expect([engine.kept(), engine.intents().length, (await stored())?.raw]).toEqual([undefined, 1, basicSecret.value]);
    await engine.restart();
    expect(await up({ ...basicSecret, value: "marker-2" })).toEqual(created);
    expect([(await stored())?.raw, values()["adopted"], values()["value"]]).toEqual(["marker-2", false, "marker-2"]);
    expect(await engine.destroy()).toBeUndefined();
    expect([await aliveSecrets(engine), engine.intents()]).toEqual([[], []]);
  });

  it("goes on with either value when the change of its own was not finished", async () => {
    await loseFrom(2, 20);
    await up(basicSecret);
    await engine.fake.clearFaults();
    await engine.restart();
    await loseFrom(3, 20);
    await up({ ...basicSecret, value: "marker-2" });
    engine.forget();
    await engine.fake.clearFaults();
    await engine.restart();
    expect([(await stored())?.raw, await up({ ...basicSecret, value: "marker-3" })]).toEqual(["marker-2", created]);
    expect([(await stored())?.raw, values()["adopted"]]).toEqual(["marker-3", false]);
  });

  it("takes what others made after a creation that did not arrive for theirs", async () => {
    await engine.fake.fail("reset before", { nth: 2, resets: 28 });
    expect((await up(basicSecret)).failure).toContain("is not known");
    await engine.fake.clearFaults();
    await put("theirs");
    expect((await up(basicSecret)).failure).toContain(taken);
    expect([(await stored())?.raw, engine.kept()]).toEqual(["theirs", undefined]);
  });

  it("is its own with another token too", async () => {
    await loseFrom(2, 20);
    await up(basicSecret);
    await engine.fake.clearFaults();
    await hideRestricted(engine);
    expect([await up({ ...basicSecret, value: "next" }), values()["adopted"]]).toEqual([created, false]);
  });

  it("is another's again when nobody can read it and the record of a lost response is old", async () => {
    await hideRestricted(engine);
    const restricted = { ...basicSecret, visibility: "restricted" };
    await loseFrom(2, 20);
    await up(restricted);
    await engine.fake.clearFaults();
    engine.fake.clock.passMs(3_600_000);
    expect((await up({ ...restricted, value: "marker-2" })).failure).toContain(taken);
    expect([(await stored())?.raw, engine.intents()]).toEqual([basicSecret.value, []]);
  });

  it("is its own when the engine forgot it before it wrote its state", async () => {
    await up(basicSecret);
    engine.forget();
    await engine.restart();
    expect(await up({ ...basicSecret, value: "marker-2" })).toEqual(created);
    expect([values()["adopted"], (await stored())?.raw]).toEqual([false, "marker-2"]);
  });

  it("writes no value into a record", async () => {
    await up(basicSecret);
    const folder = join(engine.home, "intents");
    const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
    expect(texts).toEqual([expect.stringContaining(basicId)]);
    expect(texts.join("")).not.toContain("marker");
  });

  it("says when there is no such config", async () => {
    await hideRestricted(engine);
    const { failure } = await up({ ...basicSecret, config: "stg" });
    expect([/404 .*'stg'/.test(failure), changes(), engine.intents()]).toEqual([true, [], []]);
  });

  it("leaves what others made while its own response was lost", async () => {
    await engine.fake.set({ newOverOld: "refused" });
    engine.fake.before("POST", () => put("theirs"));
    await loseFrom(2, 0);
    expect((await up(basicSecret)).failure).toContain("is not known");
    expect([(await stored())?.raw, changes().length]).toEqual(["theirs", 1]);
  });

  it("takes what it is to replace for no other's, whatever the policy", async () => {
    await up(basicSecret);
    const { state, inputs } = engine.kept() ?? nobody;
    await engine.client.diff(secretTarget, { id: basicId, state, inputs, oldInputs: inputs });
    const next = plain({ ...inputs.values, value: "next", adoptionPolicy: "adopt" });
    await expect(engine.client.create(secretTarget, next)).rejects.toThrow("without --replace");
    expect((await stored())?.raw).toBe(basicSecret.value);
  });

  it("lets two resources of one name not overwrite each other", async () => {
    const inputs = plain({ ...basicSecret, visibility: "masked" });
    const other = plain({ ...basicSecret, value: "other", visibility: "masked" });
    const done = await Promise.allSettled([
      engine.client.create({ ...secretTarget, name: "a" }, inputs),
      engine.client.create({ ...secretTarget, name: "b" }, other),
    ]);
    expect(done.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect([(await stored())?.raw, changes().length]).toEqual([basicSecret.value, 1]);
  });

  it("previews a value that is not known yet", async () => {
    const inputs = plain({ ...basicSecret, value: unknownValue, visibility: "masked" });
    const { state } = await engine.client.create(secretTarget, inputs, { preview: true });
    expect([state.values["value"], state.secrets.has("value"), engine.fake.requests]).toEqual([unknownValue, true, []]);
  });
});
