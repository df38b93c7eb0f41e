import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLife } from "../../support/kind-life.js";
import { filesBelow, openBed, type PlantonBed } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed({ env: { REDIS_PASSWORD: "redis-marker-1" } });
});
afterAll(() => bed.close());

const form = { apiVersion: "redis-cloud.planton.dev/v1", kind: "RedisCloudDatabase" };
const essentials = { plan_id: 34860, credit_card_id: 2001 };

/** Asks the sandbox's Redis Cloud. */
const ask = (path: string): Promise<Response> =>
  fetch(`${bed.env["REDISCLOUD_URL"]}${path}`, {
    headers: {
      "x-api-key": bed.env["REDISCLOUD_ACCESS_KEY"] ?? "",
      "x-api-secret-key": bed.env["REDISCLOUD_SECRET_KEY"] ?? "",
    },
  });

test("a database is made with its subscription, changed in place, taken over by another stack, and leaves nothing", async () => {
  const life = openLife(bed, "cache");
  const spec = { essentials, source_ips: ["203.0.113.7/32"] };
  await life.up({ ...form, spec });
  await life.expectUnchanged();
  const made = await life.outputs();
  expect(made).toMatchObject({ database_name: "cache", username: "default", region: "us-east-1" });
  expect(made["connection_uri"]).toBe(
    `redis://default:${encodeURIComponent(String(made["password"]))}@${made["host"]}:${made["port"]}`,
  );

  const more = { password: "env://REDIS_PASSWORD", enable_tls: true, enable_default_user: false, replication: true };
  expect(await life.up({ ...form, spec: { ...spec, ...more } })).toMatch(/1 updated/);
  await life.expectUnchanged();
  const path = `/fixed/subscriptions/${made["subscription_id"]}/databases/${made["database_id"]}`;
  expect(await (await ask(path)).json()).toMatchObject({
    replication: true,
    security: { password: "redis-marker-1", enableTls: true, defaultUserEnabled: false },
  });
  expect(await life.outputs()).toMatchObject({ connection_uri: expect.stringMatching(/^rediss:.*redis-marker-1@/) });
  const kept = filesBelow(bed.base).filter(({ path: place }) => !place.endsWith("sandbox/data/rediscloud.json"));
  expect(kept.filter(({ content }) => content.includes("redis-marker")).map(({ path: place }) => place)).toEqual([]);

  const other = openLife(bed, "cache-other");
  const metadata = { import_id: `${made["subscription_id"]}/${made["database_id"]}`, retain_on_delete: true };
  const taken = { database_name: "cache", existing_subscription_id: made["subscription_id"], ...more };
  await other.up({ ...form, metadata, spec: { ...taken, source_ips: ["203.0.113.7/32"] } });
  await other.expectUnchanged();
  await other.destroy();
  await life.destroy();
  expect((await ask("/fixed/subscriptions")).status).toBe(404);
});

test.each([
  ["what the plan does not have", { essentials: { plan_id: 34858 }, replication: true }, "replication"],
  ["a plan that costs something without a card", { essentials: { plan_id: 34860 } }, "essentials.credit_card_id"],
  ["a plan that there is not", { essentials: { plan_id: 1 } }, "GET /fixed/plans"],
  ["nothing said of who may connect", { essentials, source_ips: [] }, "spec.source_ips"],
])("is refused with %s", async (what, spec, says) => {
  const name = `refused-${what.length}`;
  const target = { ...form, metadata: { name }, spec: { source_ips: ["203.0.113.7/32"], ...spec } };
  bed.write(`${name}/stack-input.yaml`, JSON.stringify({ target }));
  const refused = await bed.planton(["pulumi", "up", "--yes"], { cwd: join(bed.folder, name) });
  expect([refused.code === 0, refused.all.includes(says)], refused.all).toEqual([false, true]);
});

test("keys that Redis Cloud refuses are named", async () => {
  bed.write(
    "keys/stack-input.yaml",
    JSON.stringify({
      target: { ...form, metadata: { name: "keys" }, spec: { essentials, source_ips: ["203.0.113.7/32"] } },
    }),
  );
  const env = { REDISCLOUD_SECRET_KEY: "S-of-somebody-else-marker" };
  const refused = await bed.planton(["pulumi", "up", "--yes"], { cwd: join(bed.folder, "keys"), env });
  expect([refused.code === 0, refused.all.includes("REDISCLOUD_SECRET_KEY")], refused.all).toEqual([false, true]);
  expect(refused.all).not.toContain("marker");
});
