import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { catalogFacts } from "./catalog-facts.js";
import { generateCatalog } from "./generate-catalog.js";
import { commentsPath, generateComments } from "./generate-comments.js";
import { digitalOceanPropertiesPath, generateDigitalOceanProperties } from "./generate-digitalocean-properties.js";
import { generateResourceClasses } from "./generate-resource-classes.js";
import { generateValidateProto, validateProtoPath } from "./generate-validate-proto.js";
import { generateVendorLists } from "./generate-vendor-lists.js";
import { differences, filesBelow, type GeneratedTree, writeFiles, writeTree } from "./generated-tree.js";
import { buf, imageRegistry, protoImage } from "./proto-image.js";

/** The protos of the last release, against which incompatible changes are found. */
const releaseImagePath = "apis/image.binpb";

/**
 * Everything that is generated from the protos, installed packages and the folders of the vendors. Offline; the same
 * for the same input.
 */
async function generateAll(root: string): Promise<GeneratedTree> {
  const image = protoImage(root);
  return new Map([
    ...generateFirst(root),
    ...messagesAndTypes(root),
    ...generateCatalog(catalogFacts(imageRegistry(image))),
    [commentsPath, generateComments(root)],
    ...(await generateResourceClasses()),
    [digitalOceanPropertiesPath, await generateDigitalOceanProperties()],
  ]);
}

/** What has to be there before the rest: the protos import validate.proto, and the plugins their lists of resources. */
function generateFirst(root: string): GeneratedTree {
  return new Map([[validateProtoPath, generateValidateProto()], ...generateVendorLists(root)]);
}

/** What the plugins of buf.gen.yaml write, through a folder of its own so that a check leaves the project alone. */
function messagesAndTypes(root: string): GeneratedTree {
  const folder = mkdtempSync(join(tmpdir(), "planton-generate-"));
  try {
    buf(root, ["generate", "-o", folder]);
    return new Map(filesBelow(folder, "").map((path) => [path, readFileSync(join(folder, path), "utf8")]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(args: readonly string[]): Promise<number> {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const unknown = args.find((arg) => arg !== "--check" && arg !== "--release");
  if (unknown !== undefined) {
    process.stderr.write(`unknown argument "${unknown}"; known are --check and --release\n`);
    return 64;
  }
  if (args.includes("--check")) {
    const paths = differences(root, await generateAll(root));
    for (const path of paths)
      process.stderr.write(`${path}: differs from what is generated; run npx tsx tools/generate.ts\n`);
    return paths.length === 0 ? 0 : 1;
  }
  writeFiles(root, generateFirst(root));
  writeTree(root, await generateAll(root));
  if (args.includes("--release")) writeFileSync(join(root, releaseImagePath), protoImage(root));
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
