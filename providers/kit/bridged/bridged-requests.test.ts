import { expect, it } from "vitest";
import type { JsonObject } from "../../../http/json.js";
import { createTestClock } from "../testing/test-clock.js";
import type { BridgedApi } from "./bridged-api.js";
import { waitUntilReady } from "./bridged-requests.js";

const pace = { firstIntervalMs: 1000, maxIntervalMs: 1000, growth: 1 };
const wait = { isReady: ({ status }: JsonObject) => status === "online", becoming: "to be online", timeoutMs: 60_000 };
const awaited = { path: "/things/1", key: "thing", name: 'thing "1"' };

/** An API with one object, absent for some looks, then making for others. */
function apiOf(absentLooks: number, makingLooks: number): BridgedApi {
  let looks = 0;
  const find = async (): Promise<JsonObject | undefined> => {
    looks += 1;
    if (looks <= absentLooks) return undefined;
    return { thing: { status: looks <= absentLooks + makingLooks ? "making" : "online" } };
  };
  const unused = (): never => {
    throw new Error("not called by a wait");
  };
  const clock = createTestClock();
  return { find, clock, pace, call: unused, send: unused, bodyOf: unused, lock: unused, defects: new Set() };
}

const { signal } = new AbortController();

it.each([
  { absent: 50, making: 5, isPatientWithAbsence: false },
  { absent: 500, making: 50, isPatientWithAbsence: true },
])("waits through $absent absences and $making looks in making", async ({ absent, making, isPatientWithAbsence }) => {
  const api = apiOf(absent, making);
  await expect(waitUntilReady({ ...wait, isPatientWithAbsence }, awaited, { api, signal })).resolves.toBeUndefined();
});

it.each([
  { absent: 70, making: 0, isPatientWithAbsence: false },
  { absent: 0, making: 70, isPatientWithAbsence: true },
])("gives up after $absent absences and $making looks in making", async ({ absent, making, isPatientWithAbsence }) => {
  const waiting = waitUntilReady({ ...wait, isPatientWithAbsence }, awaited, { api: apiOf(absent, making), signal });
  await expect(waiting).rejects.toMatchObject({ code: "E_VENDOR" });
});
