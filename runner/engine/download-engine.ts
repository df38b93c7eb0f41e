import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { PlantonError } from "../../contract/planton-error.js";
import { findExecutable } from "../system/find-executable.js";
import { runCommand } from "../system/run-command.js";
import { type EngineRequest, progressEveryMs } from "./engine-request.js";
import { pinnedEngineVersion } from "./engine-version.js";
import { startElapsedProgress } from "./progress.js";

/**
 * Where Pulumi publishes its release files: the archive `pulumi-vX-<os>-<arch>.tar.gz` and
 * `pulumi-X-checksums.txt` with its SHA-256 (github.com/pulumi/pulumi .github/workflows/sign.yml, 2026-08).
 */
const officialDownloadBases: readonly string[] = [
  `https://github.com/pulumi/pulumi/releases/download/v${pinnedEngineVersion}`,
  "https://get.pulumi.com/releases/sdk",
];

/** The archive for a machine, or undefined when Pulumi publishes none that planton can unpack. */
export function engineArchiveName(platform: NodeJS.Platform, arch: string): string | undefined {
  if (platform !== "linux" && platform !== "darwin") return undefined;
  if (arch !== "x64" && arch !== "arm64") return undefined;
  return `pulumi-v${pinnedEngineVersion}-${platform}-${arch}.tar.gz`;
}

/**
 * Downloads the pinned Pulumi CLI into an empty folder, checks the archive against the published checksum, and only
 * then unpacks it. Gives back the path of the executable. Throws E_ENGINE_DOWNLOAD.
 */
export async function downloadEngine(request: EngineRequest, folder: string): Promise<string> {
  if (request.env["PLANTON_ENGINE_DOWNLOAD"] === "off") throw failed("switched off by PLANTON_ENGINE_DOWNLOAD=off");
  const archive = engineArchiveName(request.platform, request.arch);
  if (archive === undefined) throw failed(`there is no archive for ${request.platform}-${request.arch}`);
  const tar = findExecutable("tar", request.env);
  if (tar === undefined) throw failed('"tar" is not on PATH');

  const reasons: string[] = [];
  for (const base of request.downloadBases ?? officialDownloadBases) {
    try {
      const file = await downloadArchive(request, base, archive, folder);
      return await unpack({ tar, file, folder, env: request.env });
    } catch (error) {
      const reason = reasonOf(error);
      request.progress(`cannot download the pulumi cli from ${new URL(base).host}: ${reason}`);
      reasons.push(`${new URL(base).host}: ${reason}`);
    }
  }
  throw failed(reasons.join("; "));
}

function failed(reason: string): PlantonError {
  return new PlantonError({
    code: "E_ENGINE_DOWNLOAD",
    message: `the pulumi cli ${pinnedEngineVersion} cannot be downloaded: ${reason}`,
  });
}

async function downloadArchive(request: EngineRequest, base: string, archive: string, folder: string): Promise<string> {
  const checksum = await publishedChecksum(request, base, archive);
  const file = join(folder, archive);
  const text = `downloading the pulumi cli ${pinnedEngineVersion} from ${new URL(base).host}`;
  request.progress(text);
  const stopProgress = startElapsedProgress(request.progress, text, progressEveryMs(request));
  try {
    const actual = await get(request, `${base}/${archive}`, async (body, alive) => {
      const hash = createHash("sha256");
      const watch = new Transform({
        transform(chunk: Buffer, _encoding, done): void {
          alive();
          hash.update(chunk);
          done(null, chunk);
        },
      });
      await pipeline(body, watch, createWriteStream(file));
      return hash.digest("hex");
    });
    if (actual !== checksum) throw new Error(`its sha256 is "${actual}", and the published one "${checksum}"`);
    return file;
  } finally {
    stopProgress();
  }
}

async function publishedChecksum(request: EngineRequest, base: string, archive: string): Promise<string> {
  const name = `pulumi-${pinnedEngineVersion}-checksums.txt`;
  const text = await get(request, `${base}/${name}`, async (body, alive) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) {
      alive();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  });
  const line = text.split("\n").find((candidate) => candidate.trim().split(/\s+\*?/)[1] === archive);
  const checksum = line?.trim().split(/\s/)[0];
  if (checksum === undefined || !/^[0-9a-f]{64}$/.test(checksum)) {
    throw new Error(`"${name}" holds no sha256 of "${archive}"`);
  }
  return checksum;
}

/** Reads one URL; gives up when the server is silent for too long, before its response or in the middle of it. */
async function get<T>(
  request: EngineRequest,
  url: string,
  read: (body: AsyncIterable<Uint8Array>, alive: () => void) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const connectMs = request.connectTimeoutMs ?? 5_000;
  const stallMs = request.stallTimeoutMs ?? 30_000;
  const giveUpAfter = (ms: number): NodeJS.Timeout =>
    setTimeout(() => abort.abort(new Error(`no response for ${ms / 1000} s`)), ms);
  let timer = giveUpAfter(connectMs);
  const alive = (): void => {
    clearTimeout(timer);
    timer = giveUpAfter(stallMs);
  };
  try {
    const response = await request.fetch(url, { signal: abort.signal });
    alive();
    if (url.startsWith("https:") && !response.url.startsWith("https:"))
      throw new Error("sent on to a place without TLS");
    if (response.status !== 200) throw new Error(`status ${response.status} for "${url}"`);
    if (response.body === null) throw new Error(`an empty response for "${url}"`);
    return await read(response.body, alive);
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

async function unpack(archive: {
  readonly tar: string;
  readonly file: string;
  readonly folder: string;
  readonly env: EngineRequest["env"];
}): Promise<string> {
  // The archive holds the CLI and all of Pulumi's language hosts in one folder; planton brings its own host.
  const member = "pulumi/pulumi";
  const result = await runCommand({
    path: archive.tar,
    args: ["-xzf", archive.file, "-C", archive.folder, member],
    env: archive.env,
    cwd: archive.folder,
  });
  if (result.code !== 0) throw new Error(`tar failed: ${result.startError ?? result.stderr.trim()}`);
  return join(archive.folder, member);
}

/** What went wrong, for people: fetch says only "fetch failed" and keeps the reason as cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error.cause instanceof Error)) return error.message;
  return "code" in error.cause ? `${error.message} (${String(error.cause.code)})` : error.cause.message;
}
