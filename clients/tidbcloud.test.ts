import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Credentials, VendorContext } from "../contract/vendor.js";
import { vendorAdapter } from "../modules/tidbcloud/_shared/vendor.js";
import { tidbCloudOf } from "./tidbcloud.js";

const keys = { public_key: "user-marker", private_key: "key-marker" };

/** Gives bodies by path once the request is proven by Digest; other paths are a 403. */
function contextOf(bodies: Readonly<Record<string, unknown>>, credentials: Credentials = keys) {
  const paths: string[] = [];
  const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
  const fetch: VendorContext["fetch"] = async (address, { headers }) => {
    const { pathname, search, host } = new URL(address);
    const path = pathname + search;
    const field = (name: string): string =>
      new RegExp(`[ ,]${name}="?([^",]*)`).exec(headers["authorization"] ?? "")?.[1] ?? "";
    const proof = [md5("user-marker:r:key-marker"), "n", field("nc"), field("cnonce"), "auth", md5(`GET:${path}`)];
    if (field("response") !== md5(proof.join(":"))) {
      const challenge = 'Digest realm="r", nonce="n", qop="auth"';
      return new Response("{}", { status: 401, headers: { "www-authenticate": challenge } });
    }
    paths.push(`${host.split(".")[0]} ${path}`);
    const body = bodies[path];
    return new Response(JSON.stringify(body ?? {}), { status: body === undefined ? 403 : 200 });
  };
  return { context: { credentials, env: {}, fetch }, paths };
}

describe("a list", () => {
  const list = { path: "/v1beta1/clusters", items: "clusters", filter: 'a="b"' };
  const filter = `filter=${encodeURIComponent(list.filter)}`;

  it("is read page by page", async () => {
    const { context, paths } = contextOf({
      [`/v1beta1/clusters?pageSize=100&${filter}`]: { clusters: [{ id: 1 }, "x"], nextPageToken: "t&1" },
      [`/v1beta1/clusters?pageSize=100&${filter}&pageToken=t%261`]: { clusters: [{ id: 2 }], nextPageToken: "" },
    });
    expect(await tidbCloudOf("serverless", context).list(list)).toEqual([{ id: 1 }, { id: 2 }]);
    expect(paths).toHaveLength(2);
  });

  it("that does not end is an error", async () => {
    const page = { nextPageToken: "1" };
    const path = `/v1beta1/clusters?pageSize=100&${filter}`;
    const { context } = contextOf({ [path]: page, [`${path}&pageToken=1`]: page });
    await expect(tidbCloudOf("serverless", context).list(list)).rejects.toMatchObject({ code: "E_VENDOR" });
  });
});

describe("the account", () => {
  const projects = "/v1beta1/projects?pageSize=1";
  const clusters = "/v1beta1/clusters?pageSize=1";
  const labelled = { clusters: [{ labels: { "tidb.cloud/organization": "8" } }] };

  it.each<[bodies: Record<string, unknown>, id: string | undefined, paths: string[]]>([
    [{ [projects]: { projects: [{ org_id: 7 }] } }, "7", [`iam ${projects}`]],
    [{ [projects]: { projects: [] }, [clusters]: labelled }, "8", [`iam ${projects}`, `serverless ${clusters}`]],
    [{ [clusters]: labelled }, "8", [`iam ${projects}`, `serverless ${clusters}`]],
    [{}, undefined, [`iam ${projects}`, `serverless ${clusters}`]],
  ])("with %j is %s", async (bodies, id, asked) => {
    const { context, paths } = contextOf(bodies);
    expect((await vendorAdapter.readAccount(context))?.id).toBe(id);
    expect(paths).toEqual(asked);
  });

  it.each<[Credentials, code: string, variable: string]>([
    [{ ...keys, private_key: "wrong-marker" }, "E_CREDENTIALS_REFUSED", "TIDBCLOUD_PRIVATE_KEY"],
    [{ public_key: "user-marker" }, "E_CREDENTIALS_MISSING", "TIDBCLOUD_PRIVATE_KEY"],
    [{ private_key: "key-marker" }, "E_CREDENTIALS_MISSING", "TIDBCLOUD_PUBLIC_KEY"],
  ])("is not read with %j", async (credentials, code, variable) => {
    const { context, paths } = contextOf({}, credentials);
    const error: unknown = await vendorAdapter.readAccount(context).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code,
      message: expect.not.stringContaining("marker"),
      hint: expect.stringContaining(variable),
    });
    expect(paths).toEqual([]);
  });
});
