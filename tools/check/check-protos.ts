import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../project-root.js";

/** The checks of buf, all of them run: style, layout, and changes that would break manifests or stored messages. */
const checks: readonly (readonly string[])[] = [
  ["lint"],
  ["format", "apis/proto", "--diff", "--exit-code"],
  ["breaking", "--exclude-imports", "apis/proto", "--against", "apis/image.binpb"],
];

function main(): number {
  if (!existsSync(join(projectRoot, "apis/image.binpb"))) {
    process.stderr.write("apis/image.binpb is missing; it is written by npx tsx tools/generate.ts --release\n");
    return 1;
  }
  const failed = checks.filter((args) => {
    const { status } = spawnSync(join(projectRoot, "node_modules/.bin/buf"), args, {
      cwd: projectRoot,
      stdio: "inherit",
    });
    return status !== 0;
  });
  for (const [name] of failed) process.stderr.write(`buf ${name} failed\n`);
  return failed.length === 0 ? 0 : 1;
}

process.exitCode = main();
