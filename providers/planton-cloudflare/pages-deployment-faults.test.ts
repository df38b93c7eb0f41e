import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { describeFaults } from "../kit/testing/test-faults.js";
import { accountId, deployments, deploymentTarget, projectName, startTestEngine } from "./test-engine.js";

const upload = mkdtempSync(join(tmpdir(), "planton-pages-"));
writeFileSync(join(upload, "index.html"), "<h1>shop</h1>");
afterAll(() => rmSync(upload, { recursive: true, force: true }));

const first = { accountId, projectName, owner: "shop-web-1", upload, branch: "next", configHash: "1" };

// Of a branch, as the live deployment of production cannot be deleted; nothing of it can be changed in place.
describeFaults({
  start: () => startTestEngine(deploymentTarget),
  faults: ["reset before", "reset after", "500 before", "500 after", "429", "lost response", "delay"],
  prepare: () => {},
  first,
  second: undefined,
  async alive(engine) {
    return (await deployments(engine)).map(({ id }) => `${accountId}/${projectName}/${String(id)}`);
  },
  async expectRight(engine) {
    expect(engine.kept()?.state.values).toMatchObject({ environment: "preview", branch: "next", configHash: "1" });
    const page = await engine.fake.call({ method: "GET", path: `/pages.dev/next.${projectName}.pages.dev/` });
    expect(page.text).toBe("<h1>shop</h1>");
  },
});
