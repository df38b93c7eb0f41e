import { join } from "node:path";
import type { Plugin } from "esbuild";

/**
 * Packages that only the left-out parts of the SDK, or gRPC's own diagnosis service, would load; and RE2, for which
 * protovalidate takes the platform's regular expressions (`runner/manifest/check/validate.ts`).
 */
const packages = ["typescript", "ts-node", "@npmcli/arborist", "@grpc/proto-loader", "@bufbuild/re2"];

/** Parts of @pulumi/pulumi, as its own two index files import them. */
const sdkParts = ["./automation", "./dynamic", "./provider", "./closure/serializeClosure", "./closure/codePaths"];

const names = [...packages, ...sdkParts, "node:child_process"].map((name) => name.replaceAll(".", "\\."));
const filter = new RegExp(`^(${names.join("|")})$`);

/**
 * Leaves out what planton never uses: the SDK's Automation API, dynamic providers, serialisation of closures and what
 * these load, which would triple the time that loading the SDK takes, and commander's subcommands that are programs of
 * their own, as node cannot promise that child_process may be in a snapshot. Their use throws; no source is changed.
 */
export function leftOutModulesPlugin(root: string): Plugin {
  const path = join(root, "cmd/launch/left-out-module.cjs");
  return {
    name: "left-out-modules",
    setup(build) {
      build.onResolve({ filter }, ({ path: name, importer }) => {
        return packages.includes(name) || leavesOut(name, importer) ? { path } : undefined;
      });
    },
  };
}

function leavesOut(name: string, importer: string): boolean {
  if (name === "node:child_process") return /[\\/]node_modules[\\/]commander[\\/]/.test(importer);
  return /[\\/]@pulumi[\\/]pulumi[\\/](runtime[\\/])?index\.js$/.test(importer);
}
