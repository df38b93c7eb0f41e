import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createDopplerProvider } from "../providers/doppler/doppler-provider.js";
import { packageSchema } from "../providers/kit/resource/package-schema.js";
import { createTidbCloudProvider } from "../providers/tidbcloud/tidbcloud-provider.js";
import { differences, type GeneratedTree } from "./generated-tree.js";
import { type PackageSchema, resourceClasses } from "./resource-classes.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The resource classes of our own plugins, one file for each: `modules/gen/resources/<plugin>.ts`. */
export function generateResourceClasses(): GeneratedTree {
  // Checked by use: a package.json without a version makes a schema without one, which the check below would show.
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const providers = [createDopplerProvider(version), createTidbCloudProvider(version)];
  return new Map(
    providers.map((provider) => {
      // The schema is of the kit's own making.
      const schema = JSON.parse(packageSchema(provider)) as PackageSchema;
      return [`modules/gen/resources/${provider.name}.ts`, resourceClasses(schema)];
    }),
  );
}

function main(args: readonly string[]): number {
  const tree = generateResourceClasses();
  if (!args.includes("--check")) {
    for (const [path, text] of tree) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return 0;
  }
  const wrong = differences(root, tree).filter((path) => path.startsWith("modules/gen/resources/"));
  for (const path of wrong) {
    process.stderr.write(`${path}: differs from what is generated; run npx tsx tools/generate-resource-classes.ts\n`);
  }
  return wrong.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.slice(2));
