import { existsSync, readdirSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { engineArchiveName } from "./download-engine.js";
import { createEngineTestBed, type EngineTestBed, linkPrograms, makeArchive } from "./engine-test-bed.js";
import { pinnedEngineVersion } from "./engine-version.js";
import { ensureEngine } from "./ensure-engine.js";

const archiveName = `pulumi-v${pinnedEngineVersion}-linux-x64.tar.gz`;
const checksumsName = `pulumi-${pinnedEngineVersion}-checksums.txt`;

let bed: EngineTestBed;
let archive: { bytes: Buffer; sha256: string };
beforeEach(() => {
  bed = createEngineTestBed();
  linkPrograms(bed, "tar", "gzip");
  archive = makeArchive(bed, pinnedEngineVersion);
});
afterEach(() => bed.close());

/** Responses for the two release files; what is left out is a 404. */
function release(files: { checksums?: string; bytes?: Buffer }): RequestListener {
  return (request, response) => {
    const body = { [`/${checksumsName}`]: files.checksums, [`/${archiveName}`]: files.bytes }[request.url ?? ""];
    if (body === undefined) response.statusCode = 404;
    response.end(body);
  };
}

const checksumsOf = (sha256: string): string => `${"0".repeat(64)}  pulumi-other.tar.gz\n${sha256}  ${archiveName}\n`;

test("a download with the published checksum is installed and found again", async () => {
  const base = await bed.serve(release({ checksums: checksumsOf(archive.sha256), bytes: archive.bytes }));
  const folder = join(bed.home, "engine", pinnedEngineVersion);
  const cli = { path: join(folder, "pulumi"), folder, version: pinnedEngineVersion };
  expect(await ensureEngine(bed.request({ downloadBases: [base] }))).toEqual({ ...cli, source: "download" });
  expect(await ensureEngine(bed.request({ downloadBases: [] }))).toEqual({ ...cli, source: "home" });
  expect(readdirSync(folder).filter((name) => !name.endsWith(".calls"))).toEqual(["pulumi"]);
});

describe("refused, with nothing installed", () => {
  const never: RequestListener = () => {};
  const cases: { what: string; listener: () => RequestListener }[] = [
    { what: "404", listener: () => release({}) },
    { what: "no archive", listener: () => release({ checksums: checksumsOf(archive.sha256) }) },
    {
      what: "wrong checksum",
      listener: () => release({ checksums: checksumsOf("1".repeat(64)), bytes: archive.bytes }),
    },
    { what: "no checksum line", listener: () => release({ checksums: "nothing here\n", bytes: archive.bytes }) },
    {
      what: "a web page as checksums",
      listener: () => release({ checksums: `<p>  ${archiveName}`, bytes: archive.bytes }),
    },
    {
      what: "bytes missing at the end",
      listener: () => release({ checksums: checksumsOf(archive.sha256), bytes: archive.bytes.subarray(0, -20) }),
    },
    {
      what: "connection cut in the middle",
      listener: () => (request, response) => {
        if (request.url === `/${checksumsName}`) return void response.end(checksumsOf(archive.sha256));
        response.writeHead(200, { "content-length": archive.bytes.length });
        response.write(archive.bytes.subarray(0, 50), () => response.destroy());
      },
    },
    {
      what: "silence in the middle",
      listener: () => (request, response) => {
        if (request.url === `/${checksumsName}`) return void response.end(checksumsOf(archive.sha256));
        response.writeHead(200, { "content-length": archive.bytes.length });
        response.write(archive.bytes.subarray(0, 50));
      },
    },
    { what: "no response", listener: () => never },
    {
      what: "an archive that is none, with its right checksum",
      listener: () =>
        release({
          checksums: checksumsOf("6bbf954ab0045bc546f16a6db16c95afef820dccd807348411ea924dabb972e9"),
          bytes: Buffer.from("not an archive"),
        }),
    },
  ];
  test.each(cases)("$what", async ({ listener }) => {
    const base = await bed.serve(listener());
    const request = bed.request({ downloadBases: [base], connectTimeoutMs: 200, stallTimeoutMs: 200 });
    await expect(ensureEngine(request)).rejects.toMatchObject({ code: "E_ENGINE_MISSING" });
    expect(readdirSync(join(bed.home, "engine"))).toEqual([]);
  });
});

test("the second place is tried when the first one fails", async () => {
  const bad = await bed.serve(release({ checksums: checksumsOf("1".repeat(64)), bytes: archive.bytes }));
  const good = await bed.serve(release({ checksums: checksumsOf(archive.sha256), bytes: archive.bytes }));
  expect(await ensureEngine(bed.request({ downloadBases: [bad, good] }))).toMatchObject({ source: "download" });
});

test("a download of another version is not installed", async () => {
  const other = makeArchive(bed, "3.258.0");
  const base = await bed.serve(release({ checksums: checksumsOf(other.sha256), bytes: other.bytes }));
  await expect(ensureEngine(bed.request({ downloadBases: [base] }))).rejects.toMatchObject({
    code: "E_ENGINE_MISSING",
  });
});

test("PLANTON_ENGINE_DOWNLOAD=off asks no server", async () => {
  let asked = 0;
  const base = await bed.serve((_request, response) => {
    asked++;
    response.end();
  });
  const request = bed.request({ downloadBases: [base], env: { PLANTON_ENGINE_DOWNLOAD: "off" } });
  await expect(ensureEngine(request)).rejects.toMatchObject({ code: "E_ENGINE_MISSING" });
  expect(asked).toBe(0);
  expect(existsSync(join(bed.home, "engine", pinnedEngineVersion))).toBe(false);
});

test.each([
  ["linux", "x64", archiveName],
  ["linux", "arm64", `pulumi-v${pinnedEngineVersion}-linux-arm64.tar.gz`],
  ["darwin", "arm64", `pulumi-v${pinnedEngineVersion}-darwin-arm64.tar.gz`],
  ["linux", "s390x", undefined],
  ["win32", "x64", undefined],
] as const)("the archive of %s-%s is %s", (platform, arch, name) => {
  expect(engineArchiveName(platform, arch)).toBe(name);
});
