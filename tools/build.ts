import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { catalog } from "../apis/gen/catalog.js";
import { leanLibrariesPlugin } from "./lean-libraries-plugin.js";
import { leanValidationPlugin } from "./lean-validation/lean-validation-plugin.js";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

const bundle: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  minify: true,
  keepNames: false,
  legalComments: "none",
  logLevel: "warning",
  define: { PLANTON_VERSION: JSON.stringify(version) },
  // The launchers read the bundles as ASCII, and what a vm.Script runs cannot import, only require.
  charset: "ascii",
  supported: { "dynamic-import": false },
  plugins: [leanLibrariesPlugin, leanValidationPlugin(catalog)],
};

async function bundleTo(entry: string, outfile: string, extra: BuildOptions = {}): Promise<string> {
  await build({ ...bundle, ...extra, entryPoints: [join(root, entry)], outfile: join(dist, outfile) });
  return createHash("sha256")
    .update(readFileSync(join(dist, outfile)))
    .digest("hex")
    .slice(0, 16);
}

/** An executable that runs the bundle of the given id with V8's code cache. */
async function launcher(entry: string, outfile: string, buildId: string): Promise<void> {
  const define = { ...bundle.define, PLANTON_BUILD_ID: JSON.stringify(buildId) };
  await bundleTo(entry, outfile, { banner: { js: "#!/usr/bin/env node" }, define });
  chmodSync(join(dist, outfile), 0o755);
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
/** Lets node read the files of a folder as what they are, wherever it is copied to. */
function markCommonJs(folder: string): void {
  mkdirSync(join(dist, folder), { recursive: true });
  writeFileSync(join(dist, folder, "package.json"), '{ "type": "commonjs" }\n');
}

markCommonJs(".");

const languageDir = "plugins/language-planton";
const pluginNames = ["digitalocean", "tidbcloud"] as const;

async function resourcePlugin(name: string): Promise<void> {
  const folder = `plugins/resource-${name}`;
  markCommonJs(folder);
  const id = await bundleTo(`cmd/pulumi-resource-${name}/main.ts`, `${folder}/provider.cjs`);
  await launcher("cmd/launch/launch-resource-plugin.ts", `${folder}/pulumi-resource-${name}`, id);
}

markCommonJs(languageDir);
const [plantonId, hostId] = await Promise.all([
  bundleTo("cmd/planton/main.ts", "planton.cjs"),
  bundleTo("cmd/pulumi-language-planton/main.ts", `${languageDir}/host.cjs`),
  bundleTo("cmd/planton-sandbox/main.ts", "planton-sandbox.cjs"),
  ...pluginNames.map(resourcePlugin),
]);
await Promise.all([
  launcher("cmd/launch/launch-planton.ts", "planton", plantonId),
  launcher("cmd/launch/launch-language-host.ts", `${languageDir}/pulumi-language-planton`, hostId),
]);
cpSync(join(root, "engine"), join(dist, "engine"), { recursive: true });
