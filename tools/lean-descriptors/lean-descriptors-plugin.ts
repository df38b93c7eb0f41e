import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import { fieldlessDescriptorLiteral, fileLiteral, prototypesSource } from "./descriptor-literal.js";
import { withLateFile } from "./lazy-catalog-plugin.js";

const decodedOptions = fileURLToPath(new URL("./decoded-options.ts", import.meta.url));

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
        return { contents: withLiteral(path, withLateFile(readFileSync(path, "utf8")), base64), loader };
      });
      build.onLoad({ filter: /[\\/]protobuf[\\/].*[\\/]codegenv2[\\/]file\.js$/ }, () => {
        return { contents: fileDescSource, loader: "js" };
      });
      build.onLoad({ filter: /[\\/]protobuf[\\/].*[\\/]registry\.js$/ }, ({ path }) => {
        return { contents: leanRegistry(readFileSync(path, "utf8")), loader: "js" };
      });
      build.onResolve({ filter: /[\\/]extensions\.js$/ }, ({ importer }) => {
        return /[\\/]@bufbuild[\\/]protobuf[\\/]/.test(importer) ? { path: decodedOptions } : undefined;
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

/** A message's fields are made for all messages at once; here when they are first asked for. */
const lateFields = [
  [
    'const desc = {\n        kind: "message",',
    'const desc = {\n        __proto__: lateParts,\n        kind: "message",',
  ],
  [
    "fields: [],\n        field: {},\n        oneofs: [],\n        members: [],",
    "late: { reg, mapEntries, parts: undefined },",
  ],
  ["addFields(mapEntry, reg, mapEntries);", ""],
  ["addFields(message, reg, mapEntries);\n        addExtensions", "addExtensions"],
  ["for (const child of message.nestedMessages) {\n        addFields(child, reg, mapEntries);\n    }", ""],
] as const;

const latePartsSource = `
const lateParts = {
  get fields() { return partsOf(this).fields; },
  get field() { return partsOf(this).field; },
  get oneofs() { return partsOf(this).oneofs; },
  get members() { return partsOf(this).members; },
};
function partsOf(message) {
  const { late } = message;
  if (late.parts === undefined) {
    late.parts = { fields: [], field: {}, oneofs: [], members: [] };
    addFields(message, late.reg, late.mapEntries);
  }
  return late.parts;
}
`;

/** Every file makes a registry with the types of all files that it imports, directly or not; here all files share one. */
const oneRegistry = [
  [
    "return buildFileRegistry([fileDescriptorProto, resolve]);",
    "shared ??= createBaseRegistry(); addFile(fileDescriptorProto, shared); return shared;",
  ],
] as const;

/** Throws when the source has another form than in @bufbuild/protobuf 2.17. */
function leanRegistry(source: string): string {
  return [...oneRegistry, ...lateFields].reduce((changed, [from, to]) => {
    if (changed.split(from).length !== 2) throw new Error(`registry.js has no single "${from}"`);
    return changed.replace(from, () => to);
  }, `${source}\nlet shared;\n${latePartsSource}`);
}

/** Throws when the source has another form than the generators give it today. */
function withLiteral(path: string, source: string, replacement: string | undefined): string {
  const isDescriptor = path.endsWith("descriptor_pb.js");
  const pattern = isDescriptor ? / boot\(\{[^\n]*\}\);/g : /fileDesc\("([A-Za-z0-9+/=]+)"/g;
  const [found, ...others] = source.matchAll(pattern);
  if (found === undefined || others.length > 0) throw new Error(`${path} holds no single file descriptor`);
  const literal = isDescriptor ? fieldlessDescriptorLiteral() : fileLiteral(replacement ?? found[1] ?? "");
  const head = 'import { p } from "descriptor-prototypes";\n';
  if (!isDescriptor) return head + source.replace(pattern, () => `fileDesc(${literal}`);
  const boot = '{ boot } from "../../../codegenv2/boot.js"';
  const fileDesc = '{ fileDesc } from "../../../codegenv2/file.js"';
  return head + source.replace(pattern, () => ` fileDesc(${literal});`).replace(boot, fileDesc);
}
