import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shownAtCloudflare } from "../../support/cloudflare-bed.js";
import { openLife } from "../../support/kind-life.js";
import { openBed, type PlantonBed, startProcess } from "../../support/planton-bed.js";
import { requestsTo } from "../../support/sandbox-requests.js";
import { hasSoftware, programPath } from "../../support/vendor-software.js";

// Cloudflare's own command line; without test/clients installed there is nothing to try.
describe.skipIf(!hasSoftware("wrangler"))("wrangler in the sandbox", () => {
  let bed: PlantonBed;
  beforeAll(async () => {
    bed = await openBed({ env: { WRANGLER_SEND_METRICS: "false", CI: "1", NO_COLOR: "1" } });
  });
  afterAll(() => bed.close());

  async function wrangler(...args: readonly string[]): Promise<string> {
    const { ended } = startProcess(programPath("wrangler"), args, { cwd: bed.folder, env: bed.env });
    const { code, all } = await ended;
    expect(code, all).toBe(0);
    return all;
  }

  test("publishes a folder, of which planton then sends no file again", async () => {
    bed.write("site/index.html", "<h1>Shop</h1>");
    bed.write("site/img/logo.svg", "<svg/>");
    bed.write("site/styles.css", "body { margin: 0 }");
    await wrangler("pages", "project", "create", "site", "--production-branch", "main");
    await wrangler("pages", "deploy", "site", "--project-name", "site", "--branch", "main");
    const before = (await requestsTo(bed, "cloudflare")).length;
    bed.write("planton.yaml", "");
    const life = openLife(bed, "publish");
    await life.up({
      apiVersion: "cloudflare.planton.dev/v1",
      kind: "CloudflarePagesProject",
      metadata: { import_id: `${bed.env["CLOUDFLARE_ACCOUNT_ID"]}/site` },
      spec: { project_name: "site", upload: "../site" },
    });
    const sent = (await requestsTo(bed, "cloudflare")).slice(before).filter(({ method }) => method === "POST");
    const paths = sent.map(({ path }) => path.replace(/^.*\/pages\//, ""));
    expect(paths).toEqual(["assets/check-missing", "assets/upsert-hashes", "projects/site/deployments"]);
    await life.destroy();
  });

  test("deploys a Worker with a variable, a secret and bindings", async () => {
    const namespace = openLife(bed, "sessions");
    await namespace.up({ apiVersion: "cloudflare.planton.dev/v1", kind: "CloudflareKvNamespace", spec: {} });
    const { namespace_id: id } = await namespace.outputs();
    bed.write("src/index.js", 'export default { async fetch() { return new Response("ok"); } };');
    const configuration = {
      name: "api",
      main: "src/index.js",
      compatibility_date: "2026-01-01",
      vars: { MODE: "live" },
      kv_namespaces: [{ binding: "SESSIONS", id }],
    };
    bed.write("wrangler.json", JSON.stringify(configuration));
    await wrangler("deploy", "--config", "wrangler.json");
    expect(await shownAtCloudflare(bed, "/workers/scripts/api/settings")).toMatchObject({
      bindings: expect.arrayContaining([
        expect.objectContaining({ name: "MODE", type: "plain_text", text: "live" }),
        expect.objectContaining({ name: "SESSIONS", type: "kv_namespace", namespace_id: id }),
      ]),
    });
    await wrangler("delete", "--config", "wrangler.json", "--force");
    await namespace.destroy();
  });
});
