import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { catalog } from "../../../apis/gen/catalog.js";
import { readStackInput, type StackInputReading } from "../../../runner/manifest/read-stack-input.js";
import type { RecordedResponses } from "../in-process/recording-monitor.js";

/** The project's root, absolute. */
export const projectRoot = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** An example manifest of a kind. */
export interface KindExample {
  /** Path relative to the project's root. */
  readonly file: string;
  /** Its folder, absolute. */
  readonly folder: string;
  readonly reading: StackInputReading;
}

/** All manifests in modules/<provider>/<kind>/examples, read as the runner reads them, sorted by path. */
export function readExamples(): Promise<readonly KindExample[]> {
  const files = folders("modules")
    .flatMap(folders)
    .map((folder) => `${folder}/examples`)
    .flatMap(yamlFiles);
  return Promise.all(
    files.sort().map(async (file) => ({
      file,
      folder: join(projectRoot, dirname(file)),
      reading: await readStackInput({ catalog, file, cwd: projectRoot, readStdin: () => Promise.resolve("") }),
    })),
  );
}

/**
 * What the providers' resources and functions give back in recorded runs:
 * modules/<provider>/_shared/recorded-responses.json.
 */
export function recordedResponses(): RecordedResponses {
  const files = folders("modules").map((folder) => join(projectRoot, folder, "_shared/recorded-responses.json"));
  const responses = files
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, "utf8")) as RecordedResponses);
  return Object.assign({}, ...responses);
}

function folders(path: string): string[] {
  return readdirSync(join(projectRoot, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${path}/${entry.name}`);
}

function yamlFiles(path: string): string[] {
  if (!existsSync(join(projectRoot, path))) return [];
  return readdirSync(join(projectRoot, path))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => `${path}/${name}`);
}
