import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PlantonError } from "../../../../contract/planton-error.js";
import { runCommand } from "../../../../runner/system/run-command.js";
import type { Cli } from "../../cli.js";
import type { Checkout } from "./checkout.js";

/** A file that a command writes. */
export interface NewFile {
  /** From the checkout's root. */
  readonly path: string;
  readonly text: string;
}

/**
 * Writes files and brings them into the form that `make lint` wants, by the checkout's own formatters. Writes none and
 * throws E_FILESYSTEM when one is there already.
 */
export async function writeNewFiles({ root }: Checkout, files: readonly NewFile[], { env }: Cli): Promise<void> {
  const present = files.map(({ path }) => path).filter((path) => existsSync(join(root, path)));
  if (present.length > 0) {
    throw new PlantonError({
      code: "E_FILESYSTEM",
      message: `nothing was written: ${present.map((path) => `"${path}"`).join(", ")} ${present.length === 1 ? "is" : "are"} there already`,
      hint: "take another name, or remove the file",
    });
  }
  for (const { path, text } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { flag: "wx" });
  }
  const paths = files.map(({ path }) => path);
  const sources = paths.filter((path) => /\.(ts|json)$/.test(path));
  await format({ root, env }, "biome", ["check", "--write", ...sources]);
  for (const path of paths.filter((one) => one.endsWith(".proto"))) {
    await format({ root, env }, "buf", ["format", "-w", path]);
  }
}

async function format({ root, env }: Pick<Checkout, "root"> & Pick<Cli, "env">, tool: string, args: readonly string[]) {
  const { code, stdout, stderr } = await runCommand({
    path: join(root, "node_modules/.bin", tool),
    args,
    env,
    cwd: root,
  });
  if (code === 0) return;
  const message = `${tool} does not take what was written: ${`${stdout}${stderr}`.trim()}`;
  throw new PlantonError({ code: "E_INTERNAL", message });
}
