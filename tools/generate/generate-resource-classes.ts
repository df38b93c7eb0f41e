import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { packageSchema } from "../../providers/kit/resource/package-schema.js";
import type { Provider } from "../../providers/kit/resource/provider.js";
import { projectRoot } from "../project-root.js";
import { pluginSources } from "./generate-vendor-lists.js";
import { differences, type GeneratedTree } from "./generated-tree.js";
import { type PackageSchema, resourceClasses } from "./resource-classes.js";

/** The resource classes of our own plugins, one file for each: `modules/gen/resources/<plugin>.ts`. */
export async function generateResourceClasses(): Promise<GeneratedTree> {
  // Checked by use: a package.json without a version makes a schema without one, which the check below would show.
  const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as { version: string };
  const own = pluginSources(projectRoot).filter(({ isOwn }) => isOwn);
  const files = own.map(async ({ name, file, symbol }) => {
    // Found in the text as a function of the version that gives a provider.
    const exported = (await import(pathToFileURL(join(projectRoot, file)).href)) as Record<
      string,
      (version: string) => Provider<unknown>
    >;
    const provider = exported[symbol]?.(version);
    if (provider?.name !== name) throw new Error(`"${file}" must give its provider the name "${name}"`);
    // The schema is of the kit's own making.
    const schema = JSON.parse(packageSchema(provider)) as PackageSchema;
    return [`modules/gen/resources/${name}.ts`, resourceClasses(schema)] as const;
  });
  return new Map(await Promise.all(files));
}

async function main(args: readonly string[]): Promise<number> {
  const tree = await generateResourceClasses();
  if (!args.includes("--check")) {
    for (const [path, text] of tree) {
      mkdirSync(dirname(join(projectRoot, path)), { recursive: true });
      writeFileSync(join(projectRoot, path), text);
    }
    return 0;
  }
  const wrong = differences(projectRoot, tree).filter((path) => path.startsWith("modules/gen/resources/"));
  for (const path of wrong) {
    process.stderr.write(`${path}: differs from what is generated; run make gen\n`);
  }
  return wrong.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
