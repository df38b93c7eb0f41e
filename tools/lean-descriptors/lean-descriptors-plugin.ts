import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { DescFile } from "@bufbuild/protobuf";
import type { Plugin } from "esbuild";
import { replaceOnce } from "../replace-once.js";
import { fileLiteral, prototypesSource } from "./file-literal.js";
import { withLateFile } from "./lazy-catalog-plugin.js";

const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const generatedFile =
  /[\\/](?:@bufbuild[\\/](?:protobuf|protovalidate|cel-spec)|apis[\\/]gen[\\/]es)[\\/].*_pb\.(?:js|ts)$/;

/** Well-known types that nothing of planton's imports. */
const unusedTypes =
  /^export \* from ".*\/(?:api|cpp_features|go_features|java_features|source_context|type|plugin)_pb\.js";\n/gm;

/**
 * Lets a bundle start with its descriptors quickly: generated code holds definitions in base64, of which protobuf makes
 * the descriptors at every start; here they are made at build time and written as literals. `replaced` gives other files
 * for some, by the ends of their paths. Code in the bundle cannot read or write definitions.
 */
export function leanDescriptorsPlugin(replaced: ReadonlyMap<string, DescFile>): Plugin {
  return {
    name: "lean-descriptors",
    setup(build) {
      build.onLoad({ filter: generatedFile }, async ({ path }) => {
        const file = [...replaced].find(([end]) => path.endsWith(end))?.[1] ?? (await fileIn(path));
        const source = withLateFile(readFileSync(path, "utf8"));
        return { contents: withLiteral(path, source, file), loader: path.endsWith("ts") ? "ts" : "js" };
      });
      build.onResolve({ filter: /[\\/]extensions\.js$/ }, ({ importer }) => {
        return /[\\/]@bufbuild[\\/]protobuf[\\/]/.test(importer) ? { path: beside("./decoded-options.ts") } : undefined;
      });
      build.onLoad({ filter: /[\\/]protobuf[\\/].*[\\/]codegenv2[\\/]file\.js$/ }, () => {
        return { contents: `export * from ${JSON.stringify(beside("./described-file.ts"))};`, loader: "js" };
      });
      build.onLoad({ filter: /[\\/]protobuf[\\/].*[\\/]wkt[\\/]wrappers\.js$/ }, ({ path }) => {
        return { contents: nameFirst(readFileSync(path, "utf8")), loader: "js" };
      });
      build.onLoad({ filter: /[\\/]protobuf[\\/].*[\\/]wkt[\\/]index\.js$/ }, ({ path }) => {
        return { contents: readFileSync(path, "utf8").replace(unusedTypes, ""), loader: "js" };
      });
      build.onResolve({ filter: /^descriptor-prototypes$/ }, () => ({
        path: "prototypes",
        namespace: "lean-descriptors",
      }));
      build.onLoad({ filter: /.*/, namespace: "lean-descriptors" }, () => {
        return { contents: prototypesSource(), loader: "js" };
      });
    },
  };
}

/** Asks for a message's fields, which makes them, only when it has the name of a wrapper. */
function nameFirst(source: string): string {
  const fieldFirst = "export function isWrapperDesc(messageDesc) {\n";
  return replaceOnce(
    source,
    fieldFirst,
    `${fieldFirst}    if (!isWrapperTypeName(messageDesc.typeName)) return false;\n`,
  );
}

/** The descriptors that a generated module exports. */
async function fileIn(path: string): Promise<DescFile> {
  const exported: object = await import(pathToFileURL(path).href);
  const [file, ...others] = Object.values(exported).filter(isFile);
  if (file === undefined || others.length > 0) throw new Error(`${path} exports no single file descriptor`);
  return file;
}

const isFile = (value: unknown): value is DescFile =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "file";

/** Throws when the source has another form than the generators give it today. */
function withLiteral(path: string, source: string, file: DescFile): string {
  const made = path.endsWith("descriptor_pb.js") ? / boot\(\{[^\n]*\}\);/g : /fileDesc\("[A-Za-z0-9+/=]+"/g;
  if (source.match(made)?.length !== 1) throw new Error(`${path} holds no single file descriptor`);
  const literal = fileLiteral(file);
  const changed = path.endsWith("descriptor_pb.js")
    ? source.replace(made, () => ` fileDesc(${literal});`).replace(/\{ boot \} from ".*\/boot\.js"/, fileImport)
    : source.replace(made, () => `fileDesc(${literal}`);
  return `import { p } from "descriptor-prototypes";\n${changed}`;
}

const fileImport = '{ fileDesc } from "../../../codegenv2/file.js"';
