import { relative, resolve } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";

const isShareable =
  /(?:^|\/)node_modules\/(?:google-protobuf\/|@pulumi\/pulumi\/proto\/|@grpc\/grpc-js\/build\/src\/index\.js$)/;
const imports = /google-protobuf|grpc-js|_pb(?:\.js)?$/;

/** Absolute paths of the libraries that a bundle holds and that another one may take from it, sorted. */
export async function shareableModules(options: BuildOptions, root: string): Promise<readonly string[]> {
  const empty = providesModules([], root);
  const plugins = [...(options.plugins ?? []), empty];
  const { metafile } = await build({ ...options, plugins, write: false, metafile: true, outfile: "unwritten.cjs" });
  return Object.keys(metafile.inputs)
    .map((path) => resolve(root, path))
    .filter((path) => isShareable.test(path.replaceAll("\\", "/")))
    .sort();
}

/** Lets a bundle give those modules by the import `shared-modules`. */
export function providesModules(paths: readonly string[], root: string): Plugin {
  return {
    name: "provides-modules",
    setup(bundler) {
      bundler.onResolve({ filter: /^shared-modules$/ }, () => ({
        path: "shared-modules",
        namespace: "shared-modules",
      }));
      bundler.onLoad({ filter: /.*/, namespace: "shared-modules" }, () => {
        const entries = paths.map((path) => `${JSON.stringify(nameOf(path, root))}: require(${JSON.stringify(path)})`);
        return {
          contents: `export const sharedModules = {\n${entries.join(",\n")}\n};\n`,
          loader: "js",
          resolveDir: root,
        };
      });
    },
  };
}

/** Lets a bundle ask its `require` for those modules instead of holding them. */
export function takesModules(paths: readonly string[], root: string): Plugin {
  return {
    name: "takes-modules",
    setup(bundler) {
      bundler.onResolve({ filter: imports }, async ({ path, pluginData, ...from }) => {
        if (pluginData === "resolving") return undefined;
        const found = await bundler.resolve(path, { ...from, pluginData: "resolving" });
        const isShared = found.errors.length === 0 && paths.includes(found.path);
        return isShared ? { path: nameOf(found.path, root), external: true } : undefined;
      });
    },
  };
}

function nameOf(path: string, root: string): string {
  return relative(root, path)
    .replaceAll("\\", "/")
    .replace(/^.*node_modules\//, "");
}
