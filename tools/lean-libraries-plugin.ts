import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

const unavailable = join(dirname(fileURLToPath(import.meta.url)), "unavailable-module.cjs");

/** Packages that only the left-out parts of the SDK, or gRPC's own diagnosis service, would load. */
const packages = ["typescript", "ts-node", "@npmcli/arborist", "@grpc/proto-loader"];

const yaml = dirname(createRequire(import.meta.url).resolve("yaml/package.json"));

/** Parts of @pulumi/pulumi, as its own files import them. */
const sdkParts = ["./automation", "./dynamic", "./provider", "./closure/serializeClosure", "./closure/codePaths"];

const names = [...packages, ...sdkParts, "node:child_process"].map((name) => name.replaceAll(".", "\\."));
const filter = new RegExp(`^(${names.join("|")})$`);

/**
 * Leaves out what planton's programs never use: the SDK's Automation API, dynamic providers, serialisation of closures
 * and what these load, which would double the time that loading it takes, and commander's subcommands that are programs
 * of their own. Their use throws.
 */
export const leanLibrariesPlugin: Plugin = {
  name: "lean-libraries",
  setup(build) {
    // The same library as modules that a bundler can take apart; node is given one whole of it.
    build.onResolve({ filter: /^yaml$/ }, () => ({ path: join(yaml, "browser/dist/index.js"), sideEffects: false }));
    build.onResolve({ filter }, ({ path, importer }) => {
      const isLeftOut = packages.includes(path) || leavesOut(path, importer);
      return isLeftOut ? { path: unavailable } : undefined;
    });
  },
};

function leavesOut(path: string, importer: string): boolean {
  if (path === "node:child_process") return /[\\/]node_modules[\\/]commander[\\/]/.test(importer);
  return /[\\/]@pulumi[\\/]pulumi[\\/](runtime[\\/])?index\.js$/.test(importer);
}
