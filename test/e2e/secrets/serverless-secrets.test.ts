import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addFault } from "../../../sandbox/kit/client/sandbox-client.js";
import { colleagueKey, powerlessKey } from "../../../sandbox/tidbcloud/api-keys.js";
import type { PlantonBed } from "../../support/planton-bed.js";
import { openSecretWatch } from "../../support/secret-watch.js";
import { openTidbCloudBed, serverlessInput, shownOutputs } from "../../support/tidbcloud-bed.js";

const passphrase = "marker-passphrase-3b81d4";
const givenPassword = "marker-Pa55word-61c0fe";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openTidbCloudBed();
});
afterAll(() => bed.close());

const keys = { TIDBCLOUD_PUBLIC_KEY: colleagueKey.publicKey, TIDBCLOUD_PRIVATE_KEY: colleagueKey.privateKey };
const noKeys = { TIDBCLOUD_PUBLIC_KEY: undefined, TIDBCLOUD_PRIVATE_KEY: undefined };
const inlineKeys = `provider_config:
  public_key: ${colleagueKey.publicKey}
  private_key: ${colleagueKey.privateKey}
`;

test.each([
  { what: "generated password, keys from the environment", head: "", spec: [], env: keys, isInFile: false },
  {
    what: "password and keys written in the file",
    head: inlineKeys,
    spec: ["root_password:", `  value: ${givenPassword}`],
    env: noKeys,
    isInFile: true,
  },
])("$what: no secret is in arguments, output, logs or files", async ({ head, spec, env: keyEnv, isInFile }) => {
  const name = isInFile ? "marked-file" : "marked-environment";
  const cwd = join(bed.folder, name);
  bed.write(`${name}/stack-input.yaml`, head + serverlessInput(name, spec));
  const env = { ...keyEnv, PULUMI_CONFIG_PASSPHRASE_FILE: undefined, PULUMI_CONFIG_PASSPHRASE: passphrase };
  const watch = openSecretWatch(bed, { cwd, env });
  const up = ["pulumi", "up", "--yes", "--debug-dir", "debug"];

  // A creation that is refused, one whose response is lost and whose password cannot be set, and one that goes on.
  await addFault(bed.home, { method: "POST", path: "/v1beta1/clusters", status: 400 });
  await watch.run(up, 1);
  await addFault(bed.home, { method: "POST", path: "/v1beta1/clusters", dropResponse: true });
  await addFault(bed.home, { method: "PUT", path: "/v1beta1/clusters/*/password", status: 400 });
  await watch.run(up, 1);
  await watch.run(up);
  await watch.run(["pulumi", "preview", "--debug-dir", "debug"]);
  await watch.run(["pulumi", "output"]);
  const outputs = await shownOutputs(bed, name, env);
  const secrets = {
    passphrase,
    privateKey: colleagueKey.privateKey,
    password: String(outputs["password"]),
    connectionUri: String(outputs["connection_uri"]),
    prismaUrl: String(outputs["prisma_database_url"]),
    driverUrl: String(outputs["serverless_driver_url"]),
    goDsn: String(outputs["go_dsn"]),
  };
  if (isInFile) expect(secrets.password).toBe(givenPassword);
  // What the vendor itself holds is in the sandbox's own files; what is inline is where the user wrote it.
  const excluded = [join(bed.home, "sandbox", "data"), ...(isInFile ? [join(cwd, "stack-input.yaml")] : [])];
  watch.expectNowhere(secrets, excluded);
  await watch.run(["pulumi", "destroy", "--yes", "--allow-data-loss"]);
  watch.expectNowhere(secrets, excluded);
});

test("a key that is refused is shown nowhere", async () => {
  const name = "marked-refused";
  const cwd = join(bed.folder, name);
  bed.write(`${name}/stack-input.yaml`, serverlessInput(name));
  const env = { TIDBCLOUD_PUBLIC_KEY: powerlessKey.publicKey, TIDBCLOUD_PRIVATE_KEY: "marker-wrong-key-90aa17" };
  const ended = await bed.planton(["pulumi", "up", "--yes"], { cwd, env });
  expect(ended.code).not.toBe(0);
  expect(ended.all).toContain("[E_CREDENTIALS_REFUSED]");
  expect(ended.all).not.toContain("marker-wrong-key");
});
