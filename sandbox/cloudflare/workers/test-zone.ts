import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestSandbox } from "../../kit/testing/test-sandbox.js";
import { defaultAccount } from "../accounts.js";

/** A zone of the default account. */
export const testZone = { id: "2e".repeat(16), name: "shop.example", account: defaultAccount };

/** Puts {@link testZone} among the objects of a stand-in at rest, and starts it again. */
export async function addTestZone(sandbox: Pick<TestSandbox, "home" | "restart">): Promise<void> {
  const file = join(sandbox.home, "sandbox", "data", "cloudflare.json");
  const state = JSON.parse(readFileSync(file, "utf8"));
  state.collected = { ...state.collected, zones: [{ ...testZone, type: "full", paused: false }] };
  writeFileSync(file, JSON.stringify(state));
  await sandbox.restart();
}
