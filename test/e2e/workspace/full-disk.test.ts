import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { filesBelow, openBed, type PlantonBed, until } from "../../support/planton-bed.js";
import { canMountDisk, growDisk, mountSmallDisk, smallDiskBytes, unmountDisk } from "../../support/small-disk.js";
import { expectOk } from "../../support/stack-bed.js";
import { namesAt, vpcManifest, workspaceBed } from "../../support/workspace-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

const names = ["a", "b", "c"];

test.skipIf(!canMountDisk)(
  "a backend whose disk is full in the middle is an error, and the run after it ends it",
  async () => {
    const files = names.map((name) => [`${name}.yaml`, vpcManifest(name)]);
    const net = workspaceBed(bed, "net", {
      "planton.yaml": "name: net\nbackend: file://../disk\n",
      ...Object.fromEntries(files),
    });
    const options = { env: { PULUMI_BACKEND_URL: undefined } };
    const disk = join(bed.folder, "disk");
    mountSmallDisk(disk);
    try {
      const ballast = join(disk, "ballast");
      writeFileSync(ballast, Buffer.alloc(smallDiskBytes - 24 * 1024));
      const full = await net.run(["up", "--yes"], options);
      expect(full.code).not.toBe(0);
      expect(full.all).toContain("no space left on device");
      writeFileSync(ballast, "");
      growDisk(disk);
      // What is younger may be a lock that is just being written.
      const youngest = Math.max(...filesBelow(disk).map(({ path }) => statSync(path).mtimeMs));
      await until("what was left is a second old", () => Date.now() - youngest > 1000);
      const next = await net.run(["up", "--yes"], options);
      expectOk(next);
      expect(await namesAt(bed, "vpcs")).toEqual(names);
      expect((await net.run(["up", "--yes"], options)).result).toBe("unchanged");
    } finally {
      unmountDisk(disk);
    }
  },
);
