import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

const replacement = fileURLToPath(new URL("./lazy-cel.ts", import.meta.url));

/**
 * Lets protovalidate compile a rule when it first checks it. As it comes, it compiles some 150 rules of its own, most of
 * which no kind uses or which it then checks without CEL, and every rule of every message of a kind: half of the time
 * that one `planton validate` takes. Every rule is still checked.
 */
export const lazyCelPlugin: Plugin = {
  name: "lazy-cel",
  setup(build) {
    build.onResolve({ filter: /^@bufbuild\/cel$/ }, ({ importer }) => {
      return /[\\/]@bufbuild[\\/]protovalidate[\\/]/.test(importer) ? { path: replacement } : undefined;
    });
  },
};
