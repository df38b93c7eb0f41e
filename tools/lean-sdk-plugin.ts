import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

const unavailable = join(dirname(fileURLToPath(import.meta.url)), "unavailable-module.cjs");

/** Packages that only the left-out parts of the SDK, or gRPC's own diagnosis service, would load. */
const packages = ["typescript", "ts-node", "@npmcli/arborist", "@grpc/proto-loader"];

/** Parts of @pulumi/pulumi, as its own files import them. */
const sdkParts = ["./automation", "./dynamic", "./provider", "./closure/serializeClosure", "./closure/codePaths"];

const filter = new RegExp(`^(${[...packages, ...sdkParts].map((name) => name.replaceAll(".", "\\.")).join("|")})$`);

/**
 * Leaves out what planton's programs never use: the Automation API, dynamic providers, the serialisation of closures and
 * what these load. They would double the time that loading the SDK takes. Their use throws.
 */
export const leanSdkPlugin: Plugin = {
  name: "lean-sdk",
  setup(build) {
    build.onResolve({ filter }, ({ path, importer }) => {
      const isLeftOut =
        packages.includes(path) || /[\\/]@pulumi[\\/]pulumi[\\/](runtime[\\/])?index\.js$/.test(importer);
      return isLeftOut ? { path: unavailable } : undefined;
    });
  },
};
