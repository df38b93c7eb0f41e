import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

const importLine = /^import \{ (file_\w+) \} from "([^"]+)";\n/gm;

/**
 * Lets a bundle load the descriptors of a kind when they are first asked for: the generated catalog's imports of them
 * become calls of `require`, which esbuild resolves into the bundle. Throws when the catalog has another form.
 */
export const lazyCatalogPlugin: Plugin = {
  name: "lazy-catalog",
  setup(build) {
    build.onLoad({ filter: /[\\/]apis[\\/]gen[\\/]catalog\.ts$/ }, ({ path }) => {
      return { contents: withLazyFiles(readFileSync(path, "utf8")), loader: "ts" };
    });
  },
};

function withLazyFiles(source: string): string {
  const paths = new Map([...source.matchAll(importLine)].map(([, symbol = "", path]) => [symbol, path]));
  if (paths.size === 0) throw new Error("the catalog imports no descriptors");
  return source.replace(importLine, "").replace(/\(\) => (file_\w+)/g, (_all, symbol: string) => {
    return `() => require(${JSON.stringify(paths.get(symbol))}).${symbol}`;
  });
}
