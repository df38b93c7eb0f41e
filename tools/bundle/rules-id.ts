import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Folders of all that reads and checks a stack input. */
const folders = ["apis/gen", "contract", "runner"];

/** Identity of the sources, and of the versions of the libraries, by which stack inputs are read and checked. */
export function rulesId(root: string): string {
  const sources = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
      .map(({ parentPath, name }) => join(parentPath, name)),
  );
  const hash = createHash("sha256");
  for (const path of [...sources.sort(), join(root, "package-lock.json")]) hash.update(readFileSync(path)).update("\0");
  return hash.digest("hex").slice(0, 16);
}
