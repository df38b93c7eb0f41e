import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asObject, asObjects } from "../../http/json.js";
import { plain } from "../kit/testing/test-client.js";
import {
  accountId,
  deployments,
  deploymentTarget,
  projectName,
  sent,
  startTestEngine,
  type TestEngine,
} from "./test-engine.js";

let engine: TestEngine;
let upload: string;
beforeEach(async () => {
  engine = await startTestEngine(deploymentTarget);
  upload = mkdtempSync(join(tmpdir(), "planton-pages-"));
  writeFileSync(join(upload, "index.html"), "<h1>shop</h1>");
  writeFileSync(join(upload, "logo.png"), Buffer.from([137, 80, 78, 71, 255, 0]));
});
afterEach(async () => {
  await engine.stop();
  rmSync(upload, { recursive: true, force: true });
});

const inputs = (more: Readonly<Record<string, string>> = {}) => ({
  accountId,
  projectName,
  owner: "shop-web-1",
  upload,
  configHash: "1",
  ...more,
});

/** Up as the engine does it where every change replaces: the new one first, then the old one goes. */
async function replace(more: Readonly<Record<string, string>> = {}): Promise<void> {
  const old = engine.kept();
  engine.forget();
  expect((await engine.up(inputs(more))).error).toBeUndefined();
  const { client } = engine;
  if (old === undefined) return;
  await client.delete(deploymentTarget, old.id, old.state, 0, old.inputs);
}

function write(name: string, content: string): Readonly<Record<string, string>> {
  writeFileSync(join(upload, name), content);
  return {};
}

const uploadedFiles = () =>
  engine.fake.requests
    .filter(({ path }) => path === "/client/v4/pages/assets/upload")
    .flatMap(({ body }) => asObjects(body).map(({ metadata }) => asObject(metadata)?.["contentType"]));
const site = (path: string, host = `${projectName}.pages.dev`) =>
  engine.fake.call({ method: "GET", path: `/pages.dev/${host}${path}` });

describe("a deployment", () => {
  it("publishes the folder's files, and a second run does nothing", async () => {
    expect(await engine.up(inputs())).toMatchObject({ did: "create", error: undefined });
    expect((await site("/")).text).toBe("<h1>shop</h1>");
    const { values = {} } = engine.kept()?.state ?? {};
    expect(values).toMatchObject({ environment: "production", url: expect.stringMatching(/^https:.*\.pages\.dev$/) });
    await engine.restart();
    await engine.refresh();
    const before = engine.fake.requestCount();
    expect(await engine.up(inputs())).toMatchObject({ did: "nothing" });
    expect(engine.fake.requestCount()).toBe(before);
  });

  it("sends no file that Cloudflare has, also under another path", async () => {
    await engine.up(inputs());
    expect([...uploadedFiles()].sort()).toEqual(["image/png", "text/html"]);
    writeFileSync(join(upload, "copy.html"), "<h1>shop</h1>");
    writeFileSync(join(upload, "about.html"), "about");
    await replace();
    expect(uploadedFiles()).toHaveLength(3);
    expect((await site("/copy")).text).toBe("<h1>shop</h1>");
  });

  it("publishes bytes as they are", async () => {
    await engine.up(inputs());
    const { text, headers } = await site("/logo.png");
    expect([text.length, headers.get("content-type"), headers.get("content-length")]).toEqual([6, "image/png", "6"]);
  });

  it.each<[string, () => Readonly<Record<string, string>>]>([
    ["file", () => write("index.html", "new")],
    ["rule", () => write("_headers", "/*\n  x-a: b")],
    ["configuration", () => ({ configHash: "2" })],
    ["branch", () => ({ branch: "next" })],
  ])("is replaced by another one for another %s", async (_, change) => {
    await engine.up(inputs());
    const kept = engine.kept();
    if (kept === undefined) throw new Error("nothing was made");
    const checked = await engine.client.check(deploymentTarget, plain(inputs(change())), kept.inputs);
    const sides = { id: kept.id, state: kept.state, inputs: checked.inputs, oldInputs: kept.inputs };
    const difference = await engine.client.diff(deploymentTarget, sides);
    expect(difference.replaces.length).toBeGreaterThan(0);
  });

  it("keeps what is live until the next one is, then deletes the old one", async () => {
    await engine.up(inputs());
    const [first] = await deployments(engine);
    await replace({ configHash: "2" });
    const left = await deployments(engine);
    expect(left).toHaveLength(1);
    expect(left[0]?.["id"]).not.toBe(first?.["id"]);
  });

  it("that is live stays at the end, without an error", async () => {
    await engine.up(inputs());
    expect(await engine.destroy()).toBeUndefined();
    expect(await deployments(engine)).toHaveLength(1);
  });

  it("of a branch is a preview, which goes although it has an alias", async () => {
    await engine.up(inputs({ branch: "Feature/Next" }));
    expect(engine.kept()?.state.values).toMatchObject({
      environment: "preview",
      aliases: ["https://feature-next.web.pages.dev"],
    });
    expect(await engine.destroy()).toBeUndefined();
    expect(await deployments(engine)).toEqual([]);
  });

  it("that an earlier run has made is found again by its mark, also without a record", async () => {
    await engine.up(inputs());
    const made = engine.kept()?.id;
    engine.forget();
    await engine.restart();
    expect(await engine.up(inputs())).toMatchObject({ error: undefined });
    expect(engine.kept()?.id).toBe(made);
    expect(sent(engine, "POST").filter(({ path }) => path.endsWith("/deployments"))).toHaveLength(1);
  });

  it("goes on with a new token when that of the upload is over", async () => {
    engine.fake.before("POST", () => engine.fake.clock.passMs(6 * 60_000));
    expect(await engine.up(inputs())).toMatchObject({ error: undefined });
    expect((await site("/")).status).toBe(200);
  });

  it("of a folder that is not there is refused before anything is sent", async () => {
    rmSync(upload, { recursive: true });
    const before = engine.fake.requestCount();
    await expect(engine.up(inputs())).rejects.toThrow(/cannot be read/);
    expect(engine.fake.requestCount()).toBe(before);
  });

  it("says what of the folder is left out", async () => {
    writeFileSync(join(upload, ".env"), "marker");
    await engine.up(inputs());
    expect(engine.kept()?.state.values["leftOut"]).toEqual([".env"]);
    expect(JSON.stringify(engine.fake.requests)).not.toContain("marker");
  });
});
