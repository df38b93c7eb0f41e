import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PlantonError } from "../../../contract/planton-error.js";
import { writeFileWhole } from "../../../contract/write-file-whole.js";
import { objectOf, parseJson } from "../../../http/json.js";
import { fileBackendFolder } from "../../project/backend.js";
import type { PulumiCli } from "../spawn-pulumi.js";
import { type StackRef, tagsFilePath } from "../stack-ref.js";
import { assertRegularFile } from "./state-file.js";

/** Tags of a stack, which a backend keeps beside its state: names with values. */
export type StackTags = Readonly<Record<string, string>>;

/**
 * The tags of a stack; none for a stack that is not there. On a `file://` backend they are read from their file, which
 * starts no process. Throws E_PULUMI, E_FILESYSTEM.
 */
export async function readStackTags(place: StackRef, pulumi: () => PulumiCli | Promise<PulumiCli>): Promise<StackTags> {
  const path = tagsFilePath(place);
  if (path !== undefined) return tagsIn(readText(path));
  const end = await (await pulumi()).capture(["stack", "tag", "ls", "--json", "--stack", place.stack]);
  if (end.code === 0) return stringsOf(parseJson(end.stdout));
  if (/no stack named|stack '.*' not found/.test(end.stderr)) return {};
  throw new PlantonError({
    code: "E_PULUMI",
    message: `cannot read the tags of stack "${place.stack}": ${end.stderr.trim()}`,
  });
}

/** Sets tags of a stack, the others kept. On a `file://` backend this starts no process. Throws E_PULUMI, E_FILESYSTEM. */
export async function writeStackTags(
  place: StackRef,
  pulumi: () => PulumiCli | Promise<PulumiCli>,
  tags: StackTags,
): Promise<void> {
  const path = tagsFilePath(place);
  if (path !== undefined) {
    const before = tagsIn(readText(path));
    if (Object.entries(tags).every(([name, value]) => before[name] === value)) return;
    writeFileWhole(path, JSON.stringify({ version: 1, tags: { ...before, ...tags } }), { mode: 0o600 });
    return;
  }
  for (const [name, value] of Object.entries(tags)) {
    const end = await (await pulumi()).capture(["stack", "tag", "set", name, value, "--stack", place.stack]);
    if (end.code === 0) continue;
    throw new PlantonError({
      code: "E_PULUMI",
      message: `cannot set the tag "${name}" of stack "${place.stack}": ${end.stderr.trim()}`,
    });
  }
}

/** Names and tags of the stacks of a project that have some; none on other than `file://` backends. */
export function taggedStacks(
  place: Omit<StackRef, "stack">,
): readonly { readonly stack: string; readonly tags: StackTags }[] {
  const root = fileBackendFolder(place.backendUrl, place.dir);
  const folder = root === undefined ? "" : join(root, ".pulumi", "stacks", place.project);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const stack = /^(.+)\.pulumi-tags$/.exec(name)?.[1];
    return stack === undefined ? [] : [{ stack, tags: tagsIn(readText(join(folder, name))) }];
  });
}

function readText(path: string): string {
  assertRegularFile(path);
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    // Most stacks have no tags.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

/** A file that is cut short holds no tags; the next write makes it whole. */
function tagsIn(text: string): StackTags {
  return stringsOf(objectOf(parseJson(text))["tags"]);
}

function stringsOf(value: unknown): StackTags {
  const entries = Object.entries(objectOf(value));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
