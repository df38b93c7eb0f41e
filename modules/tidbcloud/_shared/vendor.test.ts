import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { vendorAdapter } from "./vendor.js";

test("the plugin's version is planton's own, whose release it comes with", () => {
  const path = join(import.meta.dirname, "../../../package.json");
  const { version } = JSON.parse(readFileSync(path, "utf8")) as { version: string };
  expect(vendorAdapter.plugins).toMatchObject([{ version }]);
});
