import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

/** Files of kinds and providers. Those that all of them share are needed at once. */
const lateFile = "file_planton_(?!shared_)\\w+";

/**
 * Lets a bundle make the descriptors of a kind when the catalog is first asked for them: here it calls what
 * {@link withLateFile} has made of the generated files. Throws when the catalog has another form.
 */
export const lazyCatalogPlugin: Plugin = {
  name: "lazy-catalog",
  setup(build) {
    build.onLoad({ filter: /[\\/]apis[\\/]gen[\\/]catalog\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      const contents = withCalls(source);
      if (contents === source) throw new Error("the catalog asks for no descriptors");
      return { contents, loader: "ts" };
    });
  },
};

/** The source of a generated file, changed so that its descriptor is made by the first call of what held it. */
export function withLateFile(source: string): string {
  const held = new RegExp(`^export const (${lateFile}): GenFile = /\\*@__PURE__\\*/\\s*(fileDesc\\([^;]*\\));$`, "m");
  const [before = "", name, made = "", after = ""] = source.split(held);
  if (name === undefined) return source;
  const late = `let made: GenFile | undefined;\nexport const ${name} = (): GenFile => (made ??= ${withCalls(made)});`;
  return before + late + withCalls(after);
}

function withCalls(source: string): string {
  return source.replace(new RegExp(`^import .*$|\\b${lateFile}`, "gm"), (found) => {
    return found.startsWith("import ") ? found : `/* @__PURE__ */ ${found}()`;
  });
}
