import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { catalog } from "../apis/gen/catalog.js";
import { leanCatalogPlugins } from "./lean-catalog-plugins.js";
import { leanLibrariesPlugin } from "./lean-libraries-plugin.js";
import { providesModules, shareableModules, takesModules } from "./shared-modules-plugin.js";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

const plugins = [leanLibrariesPlugin, ...leanCatalogPlugins(catalog)];

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
  plugins,
};

async function bundleTo(entry: string, outfile: string, extra: BuildOptions = {}): Promise<void> {
  await build({ ...bundle, ...extra, entryPoints: [join(root, entry)], outfile: join(dist, outfile) });
}

/** A bundle that a launcher runs with V8's code cache, as the function that node makes of a module. Gives its id. */
async function cachedBundle(entry: string, outfile: string, extra: BuildOptions = {}): Promise<string> {
  const banner = { js: "(function (exports, require, module, __filename, __dirname) {" };
  await bundleTo(entry, outfile, { ...extra, banner, footer: { js: "})" } });
  return createHash("sha256")
    .update(readFileSync(join(dist, outfile)))
    .digest("hex")
    .slice(0, 16);
}

/** An executable that runs bundles of the given ids. */
async function launcher(entry: string, outfile: string, ids: Readonly<Record<string, string>>): Promise<void> {
  const define = { ...bundle.define, PLANTON_BUILD_IDS: JSON.stringify(ids) };
  await bundleTo(entry, outfile, { banner: { js: "#!/usr/bin/env node" }, define });
  chmodSync(join(dist, outfile), 0o755);
}

/** Lets node read the files of a folder as what they are, wherever it is copied to. */
function markCommonJs(folder: string): void {
  mkdirSync(join(dist, folder), { recursive: true });
  writeFileSync(join(dist, folder, "package.json"), '{ "type": "commonjs" }\n');
}

async function commandLine(): Promise<void> {
  const names = readdirSync(join(root, "cmd/planton/programs")).map((file) => basename(file, ".ts"));
  const ids = await Promise.all(
    names.map(async (name) => {
      return [name, await cachedBundle(`cmd/planton/programs/${name}.ts`, `commands/${name}.cjs`)] as const;
    }),
  );
  await launcher("cmd/launch/launch-planton.ts", "planton", Object.fromEntries(ids));
}

/** The host's bundle is what the engine's questions need; the program's takes the libraries of both from it. */
async function languageHost(): Promise<void> {
  const folder = "plugins/language-planton";
  const source = "cmd/pulumi-language-planton";
  markCommonJs(folder);
  const shared = await shareableModules({ ...bundle, entryPoints: [join(root, `${source}/main.ts`)] }, root);
  const withFirst = (plugin: Plugin): BuildOptions => ({ plugins: [plugin, ...plugins] });
  const program = await cachedBundle(
    `${source}/program.ts`,
    `${folder}/program.cjs`,
    withFirst(takesModules(shared, root)),
  );
  const host = await cachedBundle(`${source}/main.ts`, `${folder}/host.cjs`, {
    ...withFirst(providesModules(shared, root)),
    define: { ...bundle.define, PLANTON_BUILD_IDS: JSON.stringify({ program }) },
  });
  await launcher("cmd/launch/launch-language-host.ts", `${folder}/pulumi-language-planton`, { host });
}

async function resourcePlugin(name: string): Promise<void> {
  const folder = `plugins/resource-${name}`;
  markCommonJs(folder);
  const provider = await cachedBundle(`cmd/pulumi-resource-${name}/main.ts`, `${folder}/provider.cjs`);
  await launcher("cmd/launch/launch-resource-plugin.ts", `${folder}/pulumi-resource-${name}`, { provider });
}

function resourcePlugins(): readonly string[] {
  const prefix = "pulumi-resource-";
  return readdirSync(join(root, "cmd")).flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
}

rmSync(dist, { recursive: true, force: true });
markCommonJs(".");
await Promise.all([
  commandLine(),
  languageHost(),
  bundleTo("cmd/planton-sandbox/main.ts", "planton-sandbox.cjs"),
  ...resourcePlugins().map(resourcePlugin),
]);
cpSync(join(root, "engine"), join(dist, "engine"), { recursive: true });
