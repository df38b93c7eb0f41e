import { providerFacts } from "../../apis/gen/facts.js";
import type { VendorAdapter } from "../../contract/vendor.js";
import type { EngineCli } from "../../runner/engine/engine-request.js";
import { ensureEngine } from "../../runner/engine/ensure-engine.js";
import { ensurePlugin } from "../../runner/engine/install-plugin.js";
import type { Progress } from "../../runner/engine/progress.js";
import { type Environment, withoutVariables } from "../../runner/system/planton-home.js";
import type { Cli } from "./cli.js";
import { engineModuleDir, pluginDir } from "./dist-files.js";

declare const PLANTON_VERSION: string;

/** Gets the Pulumi CLI; see ensureEngine for the order and the errors. */
export function engineInstaller(cli: Pick<Cli, "env">): (progress: Progress) => Promise<EngineCli> {
  return async (progress) =>
    ensureEngine({
      env: installEnvironment(cli.env),
      goModuleDir: engineModuleDir,
      progress,
      fetch: globalThis.fetch,
      platform: process.platform,
      arch: process.arch,
    });
}

/**
 * The environment without the variables that give credentials of vendors: installing gets, builds and unpacks the Pulumi
 * CLI, asks for its version and installs plugins from files, and reaches no vendor.
 */
function installEnvironment(env: Environment): Environment {
  return withoutVariables(
    env,
    Object.values(providerFacts).flatMap(({ variables }) => variables),
  );
}

/**
 * Gets the Pulumi CLI, the language host, and those of a vendor's plugins that planton brings: its own everywhere, those
 * that stand in for official ones only into the sandbox's own Pulumi home, never into the user's.
 */
export async function installForVendor(cli: Cli, vendor: VendorAdapter | undefined): Promise<EngineCli> {
  const engine = await engineInstaller(cli)(cli.err);
  const env = installEnvironment(cli.env);
  await ensurePlugin({
    engine,
    kind: "language",
    name: "planton",
    version: PLANTON_VERSION,
    sourceDir: pluginDir("language-planton"),
    env,
  });
  for (const { name, version, isOwn } of vendor?.plugins ?? []) {
    if (!isOwn && !env["PLANTON_SANDBOX"]) continue;
    await ensurePlugin({ engine, kind: "resource", name, version, sourceDir: pluginDir(`resource-${name}`), env });
  }
  return engine;
}
