import { expect } from "vitest";
import { describeFaults } from "../kit/testing/test-faults.js";
import { b2Has, startTestEngine } from "./test-engine.js";

const first = { name: "first-bucket", owner: "stack-1" };

describeFaults({
  start: () => startTestEngine("bucket"),
  prepare: () => {},
  first,
  second: {
    ...first,
    ...{ access: "allPublic", encryption: "SSE-B2", info: { team: "shop" }, fileLock: true, forceDestroy: true },
    corsRules: [
      {
        ...{ name: "pages-of-shop", allowedOrigins: ["https://shop.example"], allowedOperations: ["s3_put", "s3_get"] },
        ...{ exposeHeaders: ["etag"], maxAgeSeconds: 60 },
      },
    ],
    lifecycleRules: [{ fileNamePrefix: "tmp/", daysFromUploadingToHiding: 7 }],
    defaultRetention: { mode: "governance", duration: 7, unit: "days" },
  },
  alive: async (engine) => (await b2Has(engine, "buckets")).map(({ bucketId }) => String(bucketId)),
  async expectRight(engine, { name, access = "allPrivate", encryption = "none", info = {}, lifecycleRules = [] }) {
    expect(engine.kept()?.state.values).toMatchObject({ name, access, encryption, info, accountId: "0123456789ab" });
    const [bucket, ...others] = await b2Has(engine, "buckets");
    expect(others).toEqual([]);
    expect(bucket).toMatchObject({
      ...{ bucketName: name, bucketType: access, bucketInfo: { ...(info as object), "planton-owner": "stack-1" } },
      ...{ lifecycleRules: lifecycleRules as object[] },
      defaultServerSideEncryption: { value: { mode: encryption === "none" ? null : encryption } },
    });
    if (access === "allPrivate") return;
    expect(bucket).toMatchObject({
      corsRules: [{ corsRuleName: "pages-of-shop", maxAgeSeconds: 60 }],
      fileLockConfiguration: { value: { isFileLockEnabled: true, defaultRetention: { mode: "governance" } } },
    });
  },
});
