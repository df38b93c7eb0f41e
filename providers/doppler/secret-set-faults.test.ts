import { expect } from "vitest";
import { describeFaults } from "../kit/testing/test-faults.js";
import { startTestEngine, storedValues } from "./test-engine.js";

const set = { project: "planton", config: "dev" };

describeFaults({
  start: () => startTestEngine({}, { type: "planton-doppler:index/secretSet:SecretSet" }),
  prepare: () => {},
  first: { ...set, values: { SET_A: "marker-a", SET_B: "marker-b" } },
  second: { ...set, values: { SET_A: "marker-2", SET_C: "marker-c" }, visibility: "unmasked" },
  async alive(engine) {
    const names = Object.keys(await storedValues(engine, ["SET_A", "SET_B", "SET_C"]));
    return names.length === 0
      ? []
      : ["planton.dev.SET_A,SET_B", "planton.dev.SET_A,SET_C"].filter((id) => id === engine.kept()?.id);
  },
  async expectRight(engine, { values, visibility = "masked" }) {
    const names = Object.keys(values as object);
    expect(engine.kept()?.state.values).toMatchObject({ values, names, visibility, adopted: false });
    expect(await storedValues(engine, ["SET_A", "SET_B", "SET_C"])).toEqual(values);
  },
});
