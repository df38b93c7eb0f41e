import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { personalToken } from "../../../sandbox/doppler/tokens.js";
import { addFault } from "../../../sandbox/kit/client/sandbox-client.js";
import { secretAt, secretInput, setSecret } from "../../support/doppler-bed.js";
import type { PlantonBed } from "../../support/planton-bed.js";
import { openSecretWatch } from "../../support/secret-watch.js";
import { openTidbCloudBed, serverlessInput, shownOutputs } from "../../support/tidbcloud-bed.js";

const passphrase = "marker-passphrase-3b81d4";
const otherValue = "marker-of-somebody-else-55ab";
const noToken = { DOPPLER_TOKEN: undefined };

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openTidbCloudBed();
});
afterAll(() => bed.close());

test.each([
  { what: "token from the environment", name: "marked-environment", token: { DOPPLER_TOKEN: personalToken } },
  { what: "token written in the file", name: "marked-file", config: { token: personalToken }, token: noToken },
])("$what: neither it nor a value is in arguments, output, logs or files", async ({ name, config, token }) => {
  const cwd = join(bed.folder, name);
  bed.write(`${name}/db.yaml`, serverlessInput(name));
  const secretName = `${name.toUpperCase().replaceAll("-", "_")}_URL`;
  const secret = (spec: object) =>
    bed.write(`${name}/secret.yaml`, secretInput(`${name}-url`, { value: { ref: { name } }, ...spec }, config));
  const env = { ...token, PULUMI_CONFIG_PASSPHRASE_FILE: undefined, PULUMI_CONFIG_PASSPHRASE: passphrase };
  const watch = openSecretWatch(bed, { cwd, env });
  const flags = ["--stack-input", "secret.yaml", "--debug-dir", "debug"];
  const up = ["pulumi", "up", "--yes", ...flags];
  await watch.run(["pulumi", "up", "--yes", "--stack-input", "db.yaml", "--debug-dir", "debug"]);
  const { password, connection_uri: url } = await shownOutputs(bed, name, env);
  expect(String(url)).toContain(String(password));

  // One that is somebody else's, one that is refused, one whose response is lost, and a refresh of a changed one.
  await setSecret(bed, { name: secretName, token: personalToken }, otherValue);
  secret({});
  await watch.run(up, 1);
  await setSecret(bed, { name: secretName, token: personalToken }, null);
  await addFault(bed.home, { method: "POST", path: "/v3/configs/config/secrets", status: 400 });
  await watch.run(up, 1);
  await addFault(bed.home, { method: "POST", path: "/v3/configs/config/secrets", dropResponse: true });
  await watch.run(up);
  expect((await secretAt(bed, { name: secretName, token: personalToken })).raw).toBe(url);
  await setSecret(bed, { name: secretName, token: personalToken }, otherValue);
  await watch.run(["pulumi", "refresh", "--yes", ...flags]);
  await watch.run(["pulumi", "preview", ...flags]);
  await watch.run(up);
  await watch.run(["pulumi", "output", "--stack-input", "secret.yaml"]);

  const secrets = { passphrase, token: personalToken, password: String(password), url: String(url), otherValue };
  // What the vendors themselves hold is in the sandbox's own files; what is inline is where the user wrote it.
  const inline = config === undefined ? [] : [join(cwd, "secret.yaml")];
  const excluded = [join(bed.home, "sandbox", "data"), ...inline];
  watch.expectNowhere(secrets, excluded);
  await watch.run(["pulumi", "destroy", "--yes", "--stack-input", "secret.yaml"]);
  watch.expectNowhere(secrets, excluded);
  expect((await secretAt(bed, { name: secretName, token: personalToken })).raw).toBeNull();
});
