import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { leftOutModulesPlugin } from "./left-out-modules-plugin.js";
import { rulesId } from "./rules-id.js";
import { providesModules, shareableModules, takesModules } from "./shared-modules-plugin.js";

/**
 * Bundles the command line, the language host, the plugins and the sandbox into an empty or missing folder. Gives the paths
 * of the files that are in the bundles, relative to the root, sorted. Throws when esbuild finds an error.
 */
export async function buildBundles(root: string, dist: string): Promise<readonly string[]> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const plugins = [leftOutModulesPlugin(root)];
  const inputs = new Set<string>();

  /** What every bundle is made with. */
  const common: BuildOptions = {
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minify: true,
    keepNames: false,
    legalComments: "none",
    logLevel: "warning",
    define: { PLANTON_VERSION: JSON.stringify(version), PLANTON_RULES_ID: JSON.stringify(rulesId(root)) },
    // The launchers read the bundles as ASCII, and what a vm.Script or a snapshot runs cannot import, only require.
    charset: "ascii",
    supported: { "dynamic-import": false },
    plugins,
  };

  /** Gives the bundle's id. */
  async function bundle(entry: string, outfile: string, extra: BuildOptions = {}): Promise<string> {
    const outputPath = join(dist, outfile);
    const { metafile } = await build({
      ...common,
      ...extra,
      entryPoints: [join(root, entry)],
      outfile: outputPath,
      metafile: true,
    });
    for (const { inputs: parts } of Object.values(metafile.outputs)) {
      for (const path of Object.keys(parts)) inputs.add(path);
    }
    return createHash("sha256").update(readFileSync(outputPath)).digest("hex").slice(0, 16);
  }

  /** A bundle that a launcher runs with V8's code cache, as the function that node makes of a module. Gives its id. */
  async function cachedBundle(entry: string, outfile: string, extra: BuildOptions = {}): Promise<string> {
    const banner = { js: "(function (exports, require, module, __filename, __dirname) {" };
    return await bundle(entry, outfile, { ...extra, banner, footer: { js: "})" } });
  }

  /** A program for planton's own kinds, and if it takes kinds from outside, another one with them. Gives ids by name. */
  async function programBundles(
    entry: string,
    path: string,
    extra: BuildOptions = {},
  ): Promise<Record<string, string>> {
    const variant = (outfile: string, takesCatalogs: boolean): Promise<string> => {
      const define = { ...common.define, PLANTON_TAKES_CATALOGS: String(takesCatalogs) };
      return cachedBundle(entry, outfile, { ...extra, define });
    };
    const name = basename(path);
    const other = `${path}-with-catalog.cjs`;
    const [id, otherId] = await Promise.all([variant(`${path}.cjs`, false), variant(other, true)]);
    if (id !== otherId) return { [name]: id, [basename(other, ".cjs")]: otherId };
    rmSync(join(dist, other));
    return { [name]: id };
  }

  const knowing = (ids: Readonly<Record<string, string>>): Pick<BuildOptions, "define"> => ({
    define: { ...common.define, PLANTON_BUILD_IDS: JSON.stringify(ids) },
  });

  /** What node loads as a module of its own and what runs other bundles, whose ids it knows. */
  const launching = (ids: Readonly<Record<string, string>>): BuildOptions => ({ ...knowing(ids), supported: {} });

  /** An executable that runs bundles of the given ids. */
  async function executable(entry: string, outfile: string, ids: Readonly<Record<string, string>>): Promise<void> {
    await bundle(entry, outfile, { ...launching(ids), banner: { js: "#!/usr/bin/env node" } });
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
      names.map((name) => programBundles(`cmd/planton/programs/${name}.ts`, `commands/${name}`)),
    );
    const snapshot = await bundle("cmd/launch/snapshot.ts", "snapshot.cjs");
    const script = readFileSync(join(root, "cmd/launch/planton.sh"), "utf8");
    const [, flags = ""] = /^flags='(.*)'$/m.exec(script) ?? [];
    const launch = launching({ ...Object.assign({}, ...ids), snapshot });
    const define = { ...launch.define, PLANTON_SNAPSHOT_FLAGS: JSON.stringify(flags) };
    await bundle("cmd/launch/launch-planton.ts", "launch.cjs", { ...launch, define });
    const filled = script.replace("='PLANTON_VERSION'", `='${version}'`).replace("='PLANTON_BUILD'", `='${snapshot}'`);
    writeFileSync(join(dist, "planton"), filled, { mode: 0o755 });
  }

  /** The host's bundle is what the engine's questions need; the program's takes the libraries of both from it. */
  async function languageHost(): Promise<void> {
    const folder = "plugins/language-planton";
    const source = "cmd/pulumi-language-planton";
    markCommonJs(folder);
    const shared = await shareableModules({ ...common, entryPoints: [join(root, `${source}/main.ts`)] }, root);
    const withFirst = (plugin: Plugin): BuildOptions => ({ plugins: [plugin, ...plugins] });
    const takes = withFirst(takesModules(shared, root));
    const programs = await programBundles(`${source}/program.ts`, `${folder}/program`, takes);
    const provides = { ...withFirst(providesModules(shared, root)), ...knowing(programs) };
    const host = await cachedBundle(`${source}/main.ts`, `${folder}/host.cjs`, provides);
    await executable("cmd/launch/launch-language-host.ts", `${folder}/pulumi-language-planton`, { host });
  }

  async function resourcePlugin(name: string): Promise<void> {
    const folder = `plugins/resource-${name}`;
    markCommonJs(folder);
    const provider = await cachedBundle(`cmd/gen/plugins/${name}.ts`, `${folder}/provider.cjs`);
    await executable("cmd/launch/launch-resource-plugin.ts", `${folder}/pulumi-resource-${name}`, { provider });
  }

  const resourcePlugins = readdirSync(join(root, "cmd/gen/plugins")).map((file) => basename(file, ".ts"));

  markCommonJs(".");
  await Promise.all([
    commandLine(),
    languageHost(),
    bundle("cmd/planton-sandbox/main.ts", "planton-sandbox.cjs"),
    ...resourcePlugins.map(resourcePlugin),
  ]);
  cpSync(join(root, "engine"), join(dist, "engine"), { recursive: true });
  return [...inputs].sort();
}
