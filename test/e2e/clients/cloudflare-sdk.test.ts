import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLife } from "../../support/kind-life.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";
import { hasSoftware, loadSoftware } from "../../support/vendor-software.js";

type Found = Readonly<Record<string, unknown>>;
type Account = { readonly account_id: string };
type Listing = AsyncIterable<Found>;

/** What the tests use of Cloudflare's own SDK (npm cloudflare 6.5.0). */
interface CloudflareSdk {
  readonly zones: { list(): Listing };
  readonly dns: { readonly records: { list(of: { readonly zone_id: string }): Listing } };
  readonly queues: { list(of: Account): Listing };
  readonly d1: { readonly database: { list(of: Account): Listing } };
  readonly r2: { readonly buckets: { get(name: string, of: Account): Promise<Found> } };
  readonly kv: {
    readonly namespaces: {
      list(of: Account): Listing;
      create(of: Account & { readonly title: string }): Promise<Found>;
      get(id: string, of: Account): Promise<Found>;
    };
  };
  readonly pages: { readonly projects: { get(name: string, of: Account): Promise<Found> } };
  readonly workers: {
    readonly scripts: {
      list(of: Account): Listing;
      readonly settings: { get(name: string, of: Account): Promise<Found> };
    };
  };
  readonly zeroTrust: {
    readonly access: {
      readonly policies: { get(id: string, of: Account): Promise<Found> };
      readonly applications: { get(id: string, of: Account): Promise<Found> };
    };
  };
}

async function all(listing: Listing): Promise<readonly Found[]> {
  const found: Found[] = [];
  for await (const one of listing) found.push(one);
  return found;
}

// Without test/clients installed there is nothing to try.
describe.skipIf(!hasSoftware("cloudflare"))("Cloudflare's own SDK", () => {
  let bed: PlantonBed;
  let sdk: CloudflareSdk;
  let account: Account;
  beforeAll(async () => {
    bed = await openBed();
    account = { account_id: bed.env["CLOUDFLARE_ACCOUNT_ID"] ?? "" };
    // The package says so in its types, which are not installed everywhere.
    const { Cloudflare } = loadSoftware("cloudflare") as {
      readonly Cloudflare: new (options: { readonly apiToken: string; readonly baseURL: string }) => CloudflareSdk;
    };
    sdk = new Cloudflare({
      apiToken: bed.env["CLOUDFLARE_API_TOKEN"] ?? "",
      baseURL: bed.env["CLOUDFLARE_BASE_URL"] ?? "",
    });
  });
  afterAll(() => bed.close());

  const apply = async (kind: string, name: string, spec: object) => {
    const life = openLife(bed, name);
    await life.up({ apiVersion: "cloudflare.planton.dev/v1", kind, spec });
    return { life, outputs: await life.outputs() };
  };

  test("reads back what planton made", async () => {
    const zone = await apply("CloudflareDnsZone", "shop", {
      zone_name: "shop.example",
      records: [{ name: "www", type: "CNAME", content: "shop.example" }],
    });
    const zone_id = String(zone.outputs["zone_id"]);
    expect(await all(sdk.zones.list())).toMatchObject([{ id: zone_id, name: "shop.example" }]);
    expect(await all(sdk.dns.records.list({ zone_id }))).toMatchObject([{ name: "www.shop.example", type: "CNAME" }]);

    const queue = await apply("CloudflareQueue", "jobs", {});
    expect(await all(sdk.queues.list(account))).toMatchObject([{ queue_name: "jobs" }]);
    const database = await apply("CloudflareD1Database", "orders", {});
    expect(await all(sdk.d1.database.list(account))).toMatchObject([{ name: "orders" }]);
    const bucket = await apply("CloudflareR2Bucket", "files", {});
    expect(await sdk.r2.buckets.get("files", account)).toMatchObject({ name: "files", storage_class: "Standard" });
    const namespace = await apply("CloudflareKvNamespace", "sessions", {});
    const id = String(namespace.outputs["namespace_id"]);
    expect(await all(sdk.kv.namespaces.list(account))).toMatchObject([{ id, title: "sessions" }]);

    const worker = await apply("CloudflareWorker", "api", {
      content: "export default { fetch: () => new Response() };",
      kv_namespaces: [{ name: "SESSIONS", namespace_id: id }],
    });
    expect(await all(sdk.workers.scripts.list(account))).toMatchObject([{ id: "api" }]);
    expect(await sdk.workers.scripts.settings.get("api", account)).toMatchObject({ logpush: false });
    const project = await apply("CloudflarePagesProject", "web", {
      deployment_configs: { production: { services: [{ name: "API", service: "api" }] } },
    });
    expect(await sdk.pages.projects.get("web", account)).toMatchObject({
      name: "web",
      deployment_configs: { production: { services: { API: { service: "api", environment: "production" } } } },
    });

    const policy = await apply("CloudflareZeroTrustAccessPolicy", "staff", {
      decision: "allow",
      include: [{ email_domain: "shop.example" }],
    });
    const policyId = String(policy.outputs["policy_id"]);
    expect(await sdk.zeroTrust.access.policies.get(policyId, account)).toMatchObject({ name: "staff" });
    const application = await apply("CloudflareZeroTrustAccessApplication", "admin", {
      domain: "admin.shop.example",
      policies: [{ policy: policyId }],
    });
    const applicationId = String(application.outputs["application_id"]);
    expect(await sdk.zeroTrust.access.applications.get(applicationId, account)).toMatchObject({
      domain: "admin.shop.example",
      policies: [{ id: policyId, precedence: 1 }],
    });
    const made = [application, policy, project, worker, namespace, bucket, database, queue, zone];
    for (const { life } of made) await life.destroy();
  });

  test("makes what planton then takes over", async () => {
    const { id } = await sdk.kv.namespaces.create({ ...account, title: "theirs" });
    const life = openLife(bed, "theirs");
    const metadata = { import_id: `${account.account_id}/${id}` };
    await life.up({ apiVersion: "cloudflare.planton.dev/v1", kind: "CloudflareKvNamespace", metadata, spec: {} });
    await life.expectUnchanged();
    expect(await life.outputs()).toMatchObject({ namespace_id: id });
    await life.destroy();
    await expect(sdk.kv.namespaces.get(String(id), account)).rejects.toMatchObject({ status: 404 });
  });
});
