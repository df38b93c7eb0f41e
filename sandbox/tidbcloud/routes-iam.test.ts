import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sandboxFiles } from "../kit/base/sandbox-files.js";
import { defaultProjectId, organizationId, secondProjectId } from "./state.js";
import { at, clustersPath, openTidbSandbox, type TidbSandbox } from "./test-tidbcloud.js";

let sandbox: TidbSandbox;
beforeEach(async () => {
  sandbox = await openTidbSandbox();
});
afterEach(() => sandbox.close());

const user = { userName: "app", password: "marker-password", builtinRole: "role_readwrite", autoPrefix: true };

async function usersPath(): Promise<{ users: string; prefix: string }> {
  const cluster = await sandbox.ready();
  const prefix = String(at((await sandbox.send("GET", cluster)).body, "userPrefix"));
  return { users: `/tidbcloud-iam${cluster}/sqlUsers`, prefix };
}

test("projects, with and without the prefix", async () => {
  await sandbox.create();
  for (const path of ["/tidbcloud-iam/v1beta1/projects", "/v1beta1/projects"])
    expect((await sandbox.send("GET", path)).body).toMatchObject({
      projects: [
        { id: defaultProjectId, org_id: organizationId, cluster_count: 1 },
        { id: secondProjectId, cluster_count: 0 },
      ],
      nextPageToken: "",
    });
});

describe("SQL users", () => {
  test("made, read, changed, deleted; the root user stays", async () => {
    const { users, prefix } = await usersPath();
    const made = await sandbox.send("POST", users, user);
    expect([made.status, made.body]).toEqual([
      200,
      {
        userName: `${prefix}.app`,
        builtinRole: `${prefix}.role_readwrite`,
        customRoles: [],
        authMethod: "mysql_native_password",
      },
    ]);
    const path = `${users}/${prefix}.app`;
    expect((await sandbox.send("GET", path)).body).toEqual(made.body);
    const changed = await sandbox.send("PATCH", path, { builtinRole: "role_admin", customRoles: ["r"] });
    expect(changed.body).toMatchObject({ builtinRole: "role_admin", customRoles: ["r"] });
    const names = at((await sandbox.send("GET", users)).body, "sqlUsers");
    expect([at(names, 0, "userName"), at(names, 1, "userName")]).toEqual([`${prefix}.root`, `${prefix}.app`]);
    expect((await sandbox.send("DELETE", path)).status).toBe(200);
    expect((await sandbox.send("GET", path)).status).toBe(404);
    expect((await sandbox.send("DELETE", `${users}/${prefix}.root`)).status).toBe(400);
    expect(readFileSync(join(sandboxFiles(sandbox.home).data, "tidbcloud.json"), "utf8")).not.toContain("marker");
  });

  test("without autoPrefix the caller names the prefix", async () => {
    const { users, prefix } = await usersPath();
    const plain = { ...user, autoPrefix: false };
    const table: readonly [object, number][] = [
      [plain, 400],
      [{ ...plain, userName: `${prefix}.app` }, 400],
      [{ ...plain, userName: `${prefix}.app`, builtinRole: `${prefix}.role_readwrite` }, 200],
      [{ ...plain, userName: `${prefix}.boss`, builtinRole: "role_admin" }, 200],
      [{ ...user }, 409],
      [{ ...user, userName: "other", builtinRole: "nonsense" }, 400],
      [{ ...user, userName: "other", password: "short" }, 400],
      [{ ...user, userName: "other", authMethod: "tidb_sm3_password" }, 400],
      [{ ...user, userName: "not this" }, 400],
    ];
    for (const [body, status] of table) {
      const response = await sandbox.send("POST", users, body);
      expect([body, response.status]).toEqual([body, status]);
      if (status !== 200)
        expect(response.body).toEqual({ code: String(status), error: expect.any(String), msgPrefix: "iam", status });
    }
  });

  test("a list without a page size has up to 100", async () => {
    const { users } = await usersPath();
    for (let index = 0; index < 11; index += 1)
      await sandbox.send("POST", users, { ...user, userName: `app-${index}` });
    const lengths = await Promise.all(
      ["", "?pageSize=0", "?pageSize=5"].map(async (query) => {
        const { body } = await sandbox.send("GET", `${users}${query}`);
        return (body["sqlUsers"] as readonly unknown[]).length;
      }),
    );
    expect(lengths).toEqual([12, 12, 5]);
  });

  test("a cluster that is not ready, and one that does not exist", async () => {
    const id = (await sandbox.create())["clusterId"];
    expect((await sandbox.send("GET", `/tidbcloud-iam${clustersPath}/${id}/sqlUsers`)).status).toBe(400);
    const missing = await sandbox.send("GET", `/tidbcloud-iam${clustersPath}/1/sqlUsers`);
    expect([missing.status, at(missing.body, "code")]).toEqual([404, "404"]);
  });
});

describe("branches", () => {
  test("made, listed, reset, deleted", async () => {
    const cluster = await sandbox.ready();
    const made = await sandbox.send("POST", `${cluster}/branches`, {
      displayName: "dev",
      rootPassword: "marker-password",
    });
    expect(made.body).toMatchObject({
      state: "CREATING",
      displayName: "dev",
      userPrefix: "",
      parentDisplayName: "dev-db",
    });
    const path = `${cluster}/branches/${at(made.body, "branchId")}`;
    sandbox.passMs(1000);
    const ready = (await sandbox.send("GET", `${path}?view=FULL`)).body;
    expect(ready).toMatchObject({ state: "ACTIVE", endpoints: { public: { port: 4000 } } });
    const clusterPrefix = at((await sandbox.send("GET", cluster)).body, "userPrefix");
    expect(ready["userPrefix"]).not.toBe(clusterPrefix);
    expect((await sandbox.send("GET", `${cluster}/branches`)).body).toMatchObject({ totalSize: 1, nextPageToken: "" });
    expect(at((await sandbox.send("POST", `${path}:reset`)).body, "state")).toBe("RESTORING");
    expect((await sandbox.send("POST", `${path}:reset`)).status).toBe(400);
    sandbox.passMs(1000);
    const password = await sandbox.send("PATCH", `${path}/sqlUsers/${ready["userPrefix"]}.root`, {
      password: "other-password",
    });
    expect(password.body).toEqual({ username: `${ready["userPrefix"]}.root` });
    const child = await sandbox.send("POST", `${cluster}/branches`, {
      displayName: "leaf",
      parentId: made.body["branchId"],
    });
    expect(child.body).toMatchObject({ parentDisplayName: "dev" });
    expect((await sandbox.send("DELETE", path)).status).toBe(400);
    await sandbox.send("DELETE", `${cluster}/branches/${at(child.body, "branchId")}`);
    expect(at((await sandbox.send("DELETE", path)).body, "state")).toBe("DELETED");
    expect((await sandbox.send("GET", path)).body).toMatchObject({ code: 5 });
  });

  test("wrong ones are refused", async () => {
    const creating = `${clustersPath}/${(await sandbox.create())["clusterId"]}/branches`;
    expect(at((await sandbox.send("POST", creating, { displayName: "dev" })).body, "code")).toBe(9);
    sandbox.passMs(1000);
    for (const [body, status] of [
      [{}, 400],
      [{ displayName: "dev", rootPassword: "short" }, 400],
      [{ displayName: "dev", parentId: "bran-none" }, 404],
      [{ displayName: "dev", parentTimestamp: "yesterday" }, 400],
    ] as const)
      expect((await sandbox.send("POST", creating, body)).status).toBe(status);
    expect((await sandbox.send("POST", `${creating}/bran-none:reset`)).status).toBe(404);
    expect((await sandbox.send("POST", `${creating}/bran-none`)).status).toBe(404);
  });
});
