import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { engineInstaller } from "./engine-installer.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "planton-installer-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a program that only says its version gets no token of a vendor, and the rest of the environment", async () => {
  const seen = join(folder, "seen");
  writeFileSync(join(folder, "pulumi"), `#!/bin/sh\nenv > "${seen}"\necho v3.259.0\n`);
  chmodSync(join(folder, "pulumi"), 0o755);
  const tokens = {
    DIGITALOCEAN_TOKEN: "marker-1",
    DIGITALOCEAN_ACCESS_TOKEN: "marker-2",
    TIDBCLOUD_PUBLIC_KEY: "marker-3",
    TIDBCLOUD_PRIVATE_KEY: "marker-4",
    DOPPLER_TOKEN: "marker-5",
  };
  const kept = { HTTPS_PROXY: "http://proxy.invalid", PULUMI_ACCESS_TOKEN: "own", DIGITALOCEAN_API_URL: "http://x" };
  const path = `${folder}${delimiter}${process.env["PATH"]}`;
  const env = { ...kept, ...tokens, PATH: path, HOME: folder, PLANTON_HOME: join(folder, "home") };
  expect((await engineInstaller({ env })(() => undefined)).version).toBe("3.259.0");
  const said = readFileSync(seen, "utf8");
  for (const value of Object.values(kept)) expect(said).toContain(value);
  expect(said).not.toContain("marker");
});
