import { afterEach, expect, it } from "vitest";
import { askB2, b2Has, startTestEngine, type TestEngine } from "./test-engine.js";

const engines: TestEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
});

async function start(resource: Parameters<typeof startTestEngine>[0]): Promise<TestEngine> {
  const engine = await startTestEngine(resource);
  engines.push(engine);
  return engine;
}

const bucket = { name: "first-bucket" };

it("goes on with a new token when the old one has expired in the middle", async () => {
  const engine = await start("bucket");
  await engine.up(bucket);
  // Not restarted, so that the plugin still has the token of a day ago.
  engine.fake.clock.passMs(86_400_000);
  expect(await engine.up({ ...bucket, access: "allPublic" })).toMatchObject({ did: "update" });
  expect(await b2Has(engine, "buckets")).toMatchObject([{ bucketType: "allPublic", revision: 3 }]);
});

it("does not overwrite what somebody else changes at the same time", async () => {
  const engine = await start("bucket");
  await engine.up(bucket);
  const [{ bucketId } = {}] = await b2Has(engine, "buckets");
  let posts = 0;
  const change = async (): Promise<void> => {
    posts += 1;
    if (posts === 2) await askB2(engine, "b2_update_bucket", { bucketId, bucketInfo: { of: "others" } });
    else engine.fake.before("POST", change);
  };
  engine.fake.before("POST", change);
  const failed = await engine.up({ ...bucket, access: "allPublic" });
  expect(failed.error?.unfinished?.reasons.join() ?? failed.error?.message).toMatch(/409 conflict/);
  expect(await b2Has(engine, "buckets")).toMatchObject([{ bucketType: "allPrivate", bucketInfo: { of: "others" } }]);
  await engine.up({ ...bucket, access: "allPublic" });
  expect(await b2Has(engine, "buckets")).toMatchObject([{ bucketType: "allPublic" }]);
});

it("refuses a retention without file lock, and power over the account for a key of one bucket", async () => {
  const locked = await start("bucket");
  const retention = { mode: "governance", duration: 1, unit: "days" };
  await expect(locked.up({ ...bucket, defaultRetention: retention })).rejects.toThrow(/fileLock: true/);
  const key = await start("applicationKey");
  const wide = { name: "k", capabilities: ["writeKeys"], bucketId: "0".repeat(24) };
  await expect(key.up(wide)).rejects.toThrow(/whole account/);
});
