import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogFacts } from "./generate/catalog-facts.js";
import { generateCatalog } from "./generate/generate-catalog.js";
import { commentsPath, generateComments } from "./generate/generate-comments.js";
import { generateResourceClasses } from "./generate/generate-resource-classes.js";
import { generateSdkProperties } from "./generate/generate-sdk-properties.js";
import { generateValidateProto, validateProtoPath } from "./generate/generate-validate-proto.js";
import { generateVendorLists } from "./generate/generate-vendor-lists.js";
import { differences, filesBelow, type GeneratedTree, writeFiles, writeTree } from "./generate/generated-tree.js";
import { buf, imageRegistry, protoImage } from "./generate/proto-image.js";
import { projectRoot } from "./project-root.js";

/** The protos of the last release, against which incompatible changes are found. */
const releaseImagePath = "apis/image.binpb";

/**
 * Everything that is generated from the protos, installed packages and the folders of the vendors. Offline; the same
 * for the same input.
 */
async function generateAll(_root: string): Promise<GeneratedTree> {
  const image = protoImage(projectRoot);
  return new Map([
    ...generateFirst(projectRoot),
    ...messagesAndTypes(projectRoot),
    ...generateCatalog(catalogFacts(imageRegistry(image))),
    [commentsPath, generateComments(projectRoot)],
    ...(await generateResourceClasses()),
    ...(await generateSdkProperties(projectRoot)),
  ]);
}

/** What has to be there before the rest: the protos import validate.proto, and the plugins their lists of resources. */
function generateFirst(_root: string): GeneratedTree {
  return new Map([[validateProtoPath, generateValidateProto()], ...generateVendorLists(projectRoot)]);
}

/** What the plugins of buf.gen.yaml write, through a folder of its own so that a check leaves the project alone. */
function messagesAndTypes(_root: string): GeneratedTree {
  const folder = mkdtempSync(join(tmpdir(), "planton-generate-"));
  try {
    buf(projectRoot, ["generate", "-o", folder]);
    return new Map(filesBelow(folder, "").map((path) => [path, readFileSync(join(folder, path), "utf8")]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => arg !== "--check" && arg !== "--release");
  if (unknown !== undefined) {
    process.stderr.write(`unknown argument "${unknown}"; known are --check and --release\n`);
    return 64;
  }
  if (args.includes("--check")) {
    const paths = differences(projectRoot, await generateAll(projectRoot));
    for (const path of paths) process.stderr.write(`${path}: differs from what is generated; run make gen\n`);
    return paths.length === 0 ? 0 : 1;
  }
  writeFiles(projectRoot, generateFirst(projectRoot));
  writeTree(projectRoot, await generateAll(projectRoot));
  if (args.includes("--release")) writeFileSync(join(projectRoot, releaseImagePath), protoImage(projectRoot));
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
