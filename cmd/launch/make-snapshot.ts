import { spawnSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** What {@link makeSnapshot} needs. */
export interface SnapshotPlace {
  /** Absolute path of the script that the snapshot is taken of, after it has run. */
  readonly entryPath: string;
  /** Absolute path of the folder that keeps it, in planton's home. */
  readonly folder: string;
  /** Identity of the script's content, made at build time. */
  readonly buildId: string;
  /** V8's flags for making it and for starting from it, which have to be the same: those of planton.sh. */
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** One that does not fit is left alone for that long: who takes turns between two nodes would make one at each turn. */
const keptForMs = 60 * 60_000;

/** Longest time that making a snapshot or trying it may take; it takes half a second. */
const timeoutMs = 20_000;

/**
 * Makes node's start-up snapshot, which planton.sh starts from, unless there is one. It consists of the blob and its
 * stamp: what the launcher finds out about machine, blob and node when nothing has changed. Whatever goes wrong leaves
 * none, which costs speed alone.
 */
export function makeSnapshot({ entryPath, folder, buildId, flags, env }: SnapshotPlace): void {
  // The launcher uses none with these.
  if (env["NODE_OPTIONS"] || env["NODE_V8_COVERAGE"] || env["PLANTON_CATALOG"]) return;
  const blob = join(folder, `${buildId}.blob`);
  const stamp = join(folder, `${buildId}.stamp`);
  const drafts = { blob: `${blob}.${process.pid}`, stamp: `${stamp}.${process.pid}` };
  try {
    if (isFresh(stamp)) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // The home of the one who called sudo is not root's to write to.
    if (![folder, dirname(folder), dirname(dirname(folder))].every(isOwn)) return;
    // Also when no snapshot comes of it, so that not every start tries.
    replaceFile(stamp, drafts.stamp, "none\n");
    run(process.execPath, [...flags, "--snapshot-blob", drafts.blob, "--build-snapshot", entryPath]);
    run(process.execPath, [...flags, "--snapshot-blob", drafts.blob, "planton", "kinds"]);
    chmodSync(drafts.blob, 0o600);
    renameSync(drafts.blob, blob);
    replaceFile(stamp, drafts.stamp, `${stampText(blob)}\n`);
    removeOthers(folder, buildId);
  } catch {
    // No such option, no space, a read-only home, no GNU stat: every start goes on as it came.
    for (const draft of Object.values(drafts)) removeIfThere(draft);
  }
}

function isFresh(stamp: string): boolean {
  const found = lstatSync(stamp, { throwIfNoEntry: false });
  return found !== undefined && Math.abs(Date.now() - found.mtimeMs) < keptForMs;
}

function isOwn(folder: string): boolean {
  const { uid, mode } = lstatSync(folder);
  return uid === process.geteuid?.() && (mode & 0o022) === 0;
}

/** What planton.sh puts together: the boot of the machine, so of its processor, and the identities of blob and node. */
function stampText(blob: string): string {
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const stat = `command -p stat -L --printf '%a %d:%i %s %.9Y %.9Z;' "$@"`;
  const found = run("/bin/sh", ["-c", stat, "sh", blob, process.execPath]);
  if (!/^600 \d+:\d+ \d+ \d+\.\d{9} \d+\.\d{9};/.test(found)) throw new Error("stat has another form");
  return `${boot};${found}`;
}

/** What a program prints. Throws when it cannot be run, fails or takes too long. */
function run(path: string, args: readonly string[]): string {
  const env = { PATH: process.env["PATH"], LC_ALL: "C" };
  const ended = spawnSync(path, args, {
    env,
    encoding: "utf8",
    timeout: timeoutMs,
    stdio: ["ignore", "pipe", "ignore"],
  });
  if (ended.status !== 0) throw ended.error ?? new Error(`${path} ended with ${ended.signal ?? ended.status}`);
  return ended.stdout;
}

function replaceFile(path: string, draft: string, text: string): void {
  writeFileSync(draft, text, { mode: 0o600, flush: true });
  renameSync(draft, path);
}

/** Other builds' snapshots, and what makers that were killed have left. */
function removeOthers(folder: string, buildId: string): void {
  for (const name of readdirSync(folder)) {
    const isDraft = /\.\d+$/.test(name) && !isFresh(join(folder, name));
    if (!basename(name).startsWith(buildId) || isDraft) removeIfThere(join(folder, name));
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It takes room until the next build's snapshot is made.
  }
}
