import { existsSync } from "node:fs";
import { expect } from "vitest";
import { type Ended, filesBelow, type PlantonBed } from "./planton-bed.js";
import { watchArguments } from "./watch-arguments.js";

/** Runs of planton whose output and whose processes' arguments are kept. */
export interface SecretWatch {
  /** Runs planton, expects that exit code. */
  readonly run: (args: readonly string[], code?: number) => Promise<Ended>;
  /** All that was printed so far. */
  readonly shown: () => string;
  /** Fails when a secret is in arguments, output or a file of the bed; `excluded` are beginnings of paths. */
  readonly expectNowhere: (secrets: Readonly<Record<string, string>>, excluded: readonly string[]) => void;
}

/** Watches runs in a folder of the bed. */
export function openSecretWatch(
  bed: PlantonBed,
  where: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): SecretWatch {
  const texts: string[] = [];
  let argv = "";
  return {
    async run(args, code = 0) {
      const running = bed.start(args, where);
      argv += await watchArguments(running);
      const ended = await running.ended;
      expect(ended.code, ended.all).toBe(code);
      texts.push(ended.all);
      return ended;
    },
    shown: () => texts.join("\n"),
    expectNowhere(secrets, excluded) {
      if (existsSync("/proc/self/cmdline")) expect(argv).toContain("pulumi-language-planton");
      const files = filesBelow(bed.base).filter(({ path }) => !excluded.some((prefix) => path.startsWith(prefix)));
      expect(files.some(({ path }) => path.includes("pulumi/stacks") || path.includes(".pulumi/"))).toBe(true);
      for (const [what, secret] of Object.entries(secrets)) {
        expect(secret.length, what).toBeGreaterThan(10);
        expect(argv.includes(secret), `${what} in arguments`).toBe(false);
        expect(texts.join("\n").includes(secret), `${what} in output`).toBe(false);
        const holders = files.filter(({ content }) => content.includes(secret)).map(({ path }) => path);
        expect(holders, what).toEqual([]);
      }
    },
  };
}
