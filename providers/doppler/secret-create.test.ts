import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noProperties, type PropertyMap, unknownValue } from "../kit/property-value.js";
import { plain } from "../kit/test-client.js";
import { failureOf } from "../kit/test-engine.js";
import { aliveSecrets, basicSecret, secretTarget, startTestEngine, type TestEngine } from "./test-engine.js";

let engine: TestEngine;

beforeEach(async () => {
  engine = await startTestEngine();
});

afterEach(() => engine.stop());

const nothing = { did: "nothing", failure: "" };
const created = { did: "create", failure: "" };
const nobody = { state: noProperties, inputs: noProperties };
const id = "shop.prd.DATABASE_URL";
const adopting = { ...basicSecret, adoptionPolicy: "adopt" };
const values = () => engine.kept()?.state.values ?? {};
const changes = () => engine.fake.calls.flatMap(({ change }) => (change === undefined ? [] : [change]));
const secret = () => engine.fake.secrets.get("DATABASE_URL");
const put = (raw: string, visibility = "masked") => void engine.fake.secrets.set("DATABASE_URL", { raw, visibility });

async function up(inputs: PropertyMap) {
  const result = await engine.up(inputs);
  return { did: result.did, failure: failureOf(result) };
}

/** Loses the answer of a call from now, and then that many calls before they have an effect. */
function loseFrom(call: number, more: number): void {
  const start = engine.fake.calls.length + call;
  engine.fake.faults.set(start, "reset after");
  for (let next = 1; next <= more; next += 1) engine.fake.faults.set(start + next, "reset before");
}

describe("create", () => {
  it("makes a secret, and a second run is empty", async () => {
    expect(await up(basicSecret)).toEqual(created);
    const { name, value } = basicSecret;
    expect(changes()).toEqual([{ name, originalName: null, value, visibility: "masked" }]);
    expect(engine.kept()).toMatchObject({ id, state: { secrets: new Set(["value"]) } });
    expect(engine.kept()?.inputs.secrets).toEqual(new Set(["value"]));
    const uri = "doppler://shop/prd/DATABASE_URL";
    expect(values()).toMatchObject({ ...basicSecret, visibility: "masked", adopted: false, uri });
    expect(await up(basicSecret)).toEqual(nothing);
    await engine.refresh();
    expect([await up(basicSecret), engine.intents()]).toEqual([nothing, []]);
    expect(await engine.destroy()).toBeUndefined();
    expect(aliveSecrets(engine)).toEqual([]);
  });

  it("refuses one with another value that it did not make, and never tells a value", async () => {
    put("theirs-marker");
    const { failure } = await up(basicSecret);
    expect(failure).toMatch(/"DATABASE_URL".*"prd".*"shop".*\n?.*adoption_policy/s);
    expect(failure).not.toContain("marker");
    expect([secret()?.raw, changes(), engine.kept(), engine.intents()]).toEqual(["theirs-marker", [], undefined, []]);
  });

  it.each<{ what: string; raw: string; visibility: string; inputs: PropertyMap; left: string; sent: number }>([
    { what: "the same", raw: basicSecret.value, visibility: "masked", inputs: basicSecret, left: "masked", sent: 0 },
    { what: "the same", raw: basicSecret.value, visibility: "masked", inputs: adopting, left: "masked", sent: 0 },
    { what: "unmasked", raw: basicSecret.value, visibility: "unmasked", inputs: adopting, left: "masked", sent: 1 },
    { what: "another", raw: "theirs", visibility: "masked", inputs: adopting, left: "masked", sent: 1 },
  ])("takes one that is $what with $inputs.adoptionPolicy, and never deletes it", async (row) => {
    put(row.raw, row.visibility);
    expect(await up(row.inputs)).toEqual(created);
    expect(values()).toMatchObject({ adopted: true, value: basicSecret.value, visibility: row.left });
    expect([secret(), changes().length]).toEqual([{ raw: basicSecret.value, visibility: row.left }, row.sent]);
    expect(engine.warnings).toEqual([expect.stringContaining("was taken over")]);
    expect(await engine.destroy()).toBeUndefined();
    expect(secret()).toBeDefined();
    expect(engine.warnings.at(-1)).toContain("is kept");
  });

  it("refuses one with the wanted value that others see more or less of", async () => {
    put(basicSecret.value, "restricted");
    expect((await up(basicSecret)).failure).toContain("did not make it");
    expect(secret()?.visibility).toBe("restricted");
  });

  it("gives one that it took no other value without the policy for it", async () => {
    put(basicSecret.value);
    expect(await up(basicSecret)).toEqual(created);
    expect((await up({ ...basicSecret, value: "next" })).failure).toMatch(/was there before.*adoption_policy/);
    expect([secret()?.raw, values()["value"]]).toEqual([basicSecret.value, basicSecret.value]);
    expect(await up({ ...adopting, value: "next" })).toEqual({ did: "update", failure: "" });
    expect(secret()?.raw).toBe("next");
  });

  it("overwrites only what it read when it adopts", async () => {
    put("theirs");
    engine.fake.beforePost = () => put("changed-marker");
    const { failure } = await up(adopting);
    expect(failure).toContain("has changed");
    expect([secret()?.raw, engine.kept(), /marker|theirs/.test(failure)]).toEqual(["changed-marker", undefined, false]);
    expect(changes()).toMatchObject([{ originalName: "DATABASE_URL", originalValue: "theirs" }]);
    expect(await up(adopting)).toEqual(created);
    expect([secret()?.raw, values()["adopted"]]).toEqual([basicSecret.value, true]);
  });

  it("adopts a restricted one that it may not read, which without adopting is another's", async () => {
    engine.fake.hidesRestricted = true;
    put("theirs", "restricted");
    expect((await up(basicSecret)).failure).toContain("already");
    expect(await up({ ...adopting, visibility: "restricted" })).toEqual(created);
    expect([secret()?.raw, Object.keys(changes()[0] ?? {})]).toEqual([
      basicSecret.value,
      ["name", "originalName", "value", "visibility"],
    ]);
    expect(await up({ ...adopting, visibility: "restricted" })).toEqual(nothing);
  });

  it("goes on with its own after a lost answer and a crash, also with another value", async () => {
    loseFrom(2, 20);
    expect((await up(basicSecret)).failure).toContain("is not known");
    expect([engine.kept(), engine.intents().length, secret()?.raw]).toEqual([undefined, 1, basicSecret.value]);
    engine.fake.faults.clear();
    await engine.restart();
    expect(await up({ ...basicSecret, value: "marker-2" })).toEqual(created);
    expect([secret()?.raw, values()["adopted"], values()["value"]]).toEqual(["marker-2", false, "marker-2"]);
    expect(await engine.destroy()).toBeUndefined();
    expect([aliveSecrets(engine), engine.intents()]).toEqual([[], []]);
  });

  it("goes on with either value when the change of its own was not finished", async () => {
    loseFrom(2, 20);
    await up(basicSecret);
    engine.fake.faults.clear();
    await engine.restart();
    loseFrom(3, 20);
    await up({ ...basicSecret, value: "marker-2" });
    engine.forget();
    engine.fake.faults.clear();
    await engine.restart();
    expect([secret()?.raw, await up({ ...basicSecret, value: "marker-3" })]).toEqual(["marker-2", created]);
    expect([secret()?.raw, values()["adopted"]]).toEqual(["marker-3", false]);
  });

  it("takes what others made after a creation that did not arrive for theirs", async () => {
    for (let call = 2; call <= 30; call += 1) engine.fake.faults.set(call, "reset before");
    expect((await up(basicSecret)).failure).toContain("is not known");
    engine.fake.faults.clear();
    put("theirs");
    expect((await up(basicSecret)).failure).toContain("did not make it");
    expect([secret()?.raw, engine.kept()]).toEqual(["theirs", undefined]);
  });

  it("is its own by another token too", async () => {
    loseFrom(2, 20);
    await up(basicSecret);
    engine.fake.faults.clear();
    engine.fake.token = "dp.st.prd.other-token";
    await engine.restart();
    expect([await up({ ...basicSecret, value: "next" }), values()["adopted"]]).toEqual([created, false]);
  });

  it("is another's again when nobody can read it and the record of a lost answer is old", async () => {
    engine.fake.hidesRestricted = true;
    const restricted = { ...basicSecret, visibility: "restricted" };
    loseFrom(2, 20);
    await up(restricted);
    engine.fake.faults.clear();
    const [file = ""] = engine.intents();
    const path = join(engine.home, "intents", file);
    const record: unknown = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify(Object.assign({}, record, { startedAtMs: Date.now() - 3_600_000 })));
    expect((await up({ ...restricted, value: "marker-2" })).failure).toContain("did not make it");
    expect([secret()?.raw, engine.intents()]).toEqual([basicSecret.value, []]);
  });

  it("is its own when the engine forgot it before it wrote its state", async () => {
    await up(basicSecret);
    engine.forget();
    await engine.restart();
    expect(await up({ ...basicSecret, value: "marker-2" })).toEqual(created);
    expect([values()["adopted"], secret()?.raw]).toEqual([false, "marker-2"]);
  });

  it("writes no value into a record", async () => {
    await up(basicSecret);
    const folder = join(engine.home, "intents");
    const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
    expect(texts).toEqual([expect.stringContaining(id)]);
    expect(texts.join("")).not.toContain("marker");
  });

  it("says when there is no such config", async () => {
    const { failure } = await up({ ...basicSecret, config: "stg" });
    expect([/404 .*'stg'/.test(failure), changes(), engine.intents()]).toEqual([true, [], []]);
  });

  it("leaves what others made while its own answer was lost", async () => {
    engine.fake.beforePost = () => put("theirs");
    loseFrom(2, 0);
    expect((await up(basicSecret)).failure).toContain("is not known");
    expect([secret()?.raw, changes().length]).toEqual(["theirs", 1]);
  });

  it("takes what it is to replace for no other's, whatever the policy", async () => {
    await up(basicSecret);
    const { state, inputs } = engine.kept() ?? nobody;
    await engine.client.diff(secretTarget, { id, state, inputs, oldInputs: inputs });
    const next = plain({ ...inputs.values, value: "next", adoptionPolicy: "adopt" });
    await expect(engine.client.create(secretTarget, next)).rejects.toThrow("without --replace");
    expect(secret()?.raw).toBe(basicSecret.value);
  });

  it("lets two resources of one name not overwrite each other", async () => {
    const inputs = plain({ ...basicSecret, visibility: "masked" });
    const other = plain({ ...basicSecret, value: "other", visibility: "masked" });
    const done = await Promise.allSettled([
      engine.client.create({ ...secretTarget, name: "a" }, inputs),
      engine.client.create({ ...secretTarget, name: "b" }, other),
    ]);
    expect(done.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect([secret()?.raw, changes().length]).toEqual([basicSecret.value, 1]);
  });

  it("previews a value that is not known yet", async () => {
    const inputs = plain({ ...basicSecret, value: unknownValue, visibility: "masked" });
    const { state } = await engine.client.create(secretTarget, inputs, { preview: true });
    expect([state.values["value"], state.secrets.has("value"), engine.fake.calls]).toEqual([unknownValue, true, []]);
  });
});
