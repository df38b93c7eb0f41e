import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";
import { fieldlessDescriptorLiteral, fileLiteral, prototypesSource } from "./descriptor-literal.js";

const generatedFile =
  /[\\/](?:@bufbuild[\\/](?:protobuf|protovalidate|cel-spec)|apis[\\/]gen[\\/]es)[\\/].*_pb\.(?:js|ts)$/;

/** In place of codegenv2's `fileDesc`, for a descriptor that is a literal already. */
const fileDescSource = `
import { createEmbeddedFileRegistry } from "../registry.js";
export function fileDesc(root, imports = []) {
  root.dependency = imports.map((file) => file.proto.name);
  return createEmbeddedFileRegistry(root).getFile(root.name);
}
`;

/** Well-known types that nothing of planton's imports. */
const unusedTypes =
  /^export \* from ".*\/(?:api|cpp_features|go_features|java_features|source_context|type|plugin)_pb\.js";\n/gm;

/**
 * Lets a bundle start with its descriptors quickly: generated code holds them in base64, to be decoded at every start by
 * means of the descriptor of descriptors; here they are literals. `replaced` gives other descriptors for some files, in
 * base64, by the files' names. Code in the bundle cannot read or write descriptors in binary form.
 */
export function leanDescriptorsPlugin(replaced: ReadonlyMap<string, string>): Plugin {
  return {
    name: "lean-descriptors",
    setup(build) {
      build.onLoad({ filter: generatedFile }, ({ path }) => {
        const base64 = [...replaced].find(([name]) => path.endsWith(name))?.[1];
        const loader = path.endsWith("ts") ? "ts" : "js";
        return { contents: withLiteral(path, readFileSync(path, "utf8"), base64), loader };
      });
      build.onLoad({ filter: /[\\/]protobuf[\\/].*[\\/]codegenv2[\\/]file\.js$/ }, () => {
        return { contents: fileDescSource, loader: "js" };
      });
      build.onLoad({ filter: /[\\/]protobuf[\\/].*[\\/]registry\.js$/ }, ({ path }) => {
        return { contents: withOneRegistry(readFileSync(path, "utf8")), loader: "js" };
      });
      build.onLoad({ filter: /[\\/]protobuf[\\/].*[\\/]extensions\.js$/ }, ({ path }) => {
        return { contents: withKeptContainers(readFileSync(path, "utf8")), loader: "js" };
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

/**
 * Every file makes a registry with the types of all files that it imports, directly or not; here all files share one.
 * Throws when the source has another form than in @bufbuild/protobuf 2.17.
 */
function withOneRegistry(source: string): string {
  const own = "return buildFileRegistry([fileDescriptorProto, resolve]);";
  if (!source.includes(own)) throw new Error("registry.js makes registries of embedded files in another way");
  return (
    source.replace(own, "shared ??= createBaseRegistry(); addFile(fileDescriptorProto, shared); return shared;") +
    "\nlet shared;\n"
  );
}

/**
 * Reading an option makes a message type for it, and with it functions that make such messages; here once for each
 * option, not for each reading. Throws when the source has another form than in @bufbuild/protobuf 2.17.
 */
function withKeptContainers(source: string): string {
  const made = /const field = (Object\.assign\(.*\));\n\s*const desc = (Object\.assign\(.*\));\n/;
  if (!made.test(source)) throw new Error("extensions.js makes its containers in another way");
  const kept = (_all: string, field: string, desc: string): string =>
    `let [field, desc] = kept.get(extension) ?? [];
    if (desc === undefined) {
      field = ${field};
      desc = ${desc};
      kept.set(extension, [field, desc]);
    }
`;
  return `${source.replace(made, kept)}\nconst kept = new WeakMap();\n`;
}

/** Throws when the source has another form than the generators give it today. */
function withLiteral(path: string, source: string, replacement: string | undefined): string {
  const head = 'import { p } from "descriptor-prototypes";\n';
  const isDescriptor = path.endsWith("descriptor_pb.js");
  const pattern = isDescriptor ? / boot\(\{[^\n]*\}\);/g : /fileDesc\("([A-Za-z0-9+/=]+)"/g;
  if (source.match(pattern)?.length !== 1) throw new Error(`${path} holds no single file descriptor`);
  if (!isDescriptor) {
    return head + source.replace(pattern, (_all, own: string) => `fileDesc(${fileLiteral(replacement ?? own)}`);
  }
  return (
    head +
    source
      .replace(pattern, () => ` fileDesc(${fieldlessDescriptorLiteral()});`)
      .replace('{ boot } from "../../../codegenv2/boot.js"', '{ fileDesc } from "../../../codegenv2/file.js"')
  );
}
