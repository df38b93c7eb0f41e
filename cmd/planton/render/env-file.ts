import { lstatSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { parseEnv } from "node:util";
import { PlantonError } from "../../../contract/planton-error.js";
import { writeFileWhole } from "../../../contract/write-file-whole.js";
import { dotenvEntries, parseDotenv } from "../../../runner/secrets/backends/dotenv.js";
import { readOwnedText } from "../../../runner/system/read-file-text.js";
import { envLine, envValue } from "./env-text.js";

/**
 * Writes variables into a `.env` file that its owner alone may read (0600): where one is assigned its value is
 * replaced, the others come to the end; all else stays byte for byte. The file is written whole, or stays as it was.
 * `path` is absolute. Throws E_FILESYSTEM for what is no regular file, links among them, E_LOAD_* for one that is no
 * text of bearable size, and E_PROJECT_INVALID for one in which readers would not find the variables.
 */
export function writeEnvFile(path: string, variables: ReadonlyMap<string, string>): void {
  assertPlace(path);
  const found = lstatSync(path, { throwIfNoEntry: false });
  const before = found === undefined ? undefined : readOwnedText({ file: path, cwd: dirname(path) });
  const text = updatedEnvText(before?.text ?? "", variables);
  assertReadable(path, text, variables);
  writeFileWhole(path, `${before?.hasByteOrderMark ? "\uFEFF" : ""}${text}`, { mode: 0o600 });
}

/** The text of a `.env` file with these values; its lines may end with `\r\n`. */
export function updatedEnvText(text: string, variables: ReadonlyMap<string, string>): string {
  const source = text.replace(/\r\n?/g, "\n");
  const places = placesIn(text);
  let updated = "";
  let position = 0;
  const left = new Map(variables);
  for (const { name, start, end } of dotenvEntries(source)) {
    const value = variables.get(name);
    if (value === undefined) continue;
    updated += text.slice(position, places(start)) + envValue(value);
    position = places(end);
    left.delete(name);
  }
  updated += text.slice(position);
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  if (left.size > 0 && updated !== "" && !/[\r\n]$/.test(updated)) updated += lineEnd;
  return updated + [...left].map(([name, value]) => `${envLine(name, value)}${lineEnd}`).join("");
}

/** Gives for a place in the text with `\n` alone that in the text as it is. */
function placesIn(text: string): (place: number) => number {
  const pairs = [...text.matchAll(/\r\n/g)].map(({ index }, before) => index - before);
  return (place) => place + pairs.filter((pair) => pair < place).length;
}

function assertPlace(path: string): void {
  const folder = statSync(dirname(path), { throwIfNoEntry: false });
  if (folder?.isDirectory() !== true) {
    throw new PlantonError({
      code: "E_FILESYSTEM",
      message: `there is no folder "${dirname(path)}"`,
      hint: "make it, or correct --to",
    });
  }
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.isFile()) return;
  throw new PlantonError({
    code: "E_FILESYSTEM",
    message: `"${path}" is ${stat.isSymbolicLink() ? "a symbolic link" : stat.isDirectory() ? "a folder" : "no regular file"}, expected a file or none`,
    hint: "name the file itself with --to",
  });
}

/** What precedes them, such as an open quote, may hide variables from one of their readers. */
function assertReadable(path: string, text: string, variables: ReadonlyMap<string, string>): void {
  const byNode = parseEnv(text);
  const byDotenv = parseDotenv(text);
  const hidden = [...variables].find(([name, value]) => byNode[name] !== value || byDotenv.get(name)?.value !== value);
  if (hidden === undefined) return;
  throw new PlantonError({
    code: "E_PROJECT_INVALID",
    message: `${hidden[0]} would not be read from "${path}" as it is; a quote before it may be open`,
    hint: "correct the file, or name another one with --to",
  });
}
