import { spawn, spawnSync } from "node:child_process";
import { until } from "./planton-bed.js";

/** A command on a terminal of its own. */
export interface Terminal {
  /** What the terminal shows so far, without colours and cursor movements. */
  readonly shown: () => string;
  /** Types text once the terminal shows something that matches. */
  readonly type: (question: RegExp, text: string) => Promise<void>;
  /** Exit code of the command. */
  readonly ended: Promise<number>;
}

/** False where there is no `script` of util-linux to make a terminal with. */
export const hasTerminals = /util-linux/.test(String(spawnSync("script", ["--version"]).stdout));

/** Starts a command of plain words on a terminal. */
export function startOnTerminal(
  words: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Terminal {
  // A shell that stays in between would end with a code of its own after ^C.
  const child = spawn("script", ["-qec", `exec ${words.join(" ")}`, "/dev/null"], {
    cwd,
    env: { ...env, TERM: "screen", SHELL: "/bin/sh" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what escape sequences begin with
  const shown = (): string => text.replaceAll(/\x1b(\[[0-9;?]*[a-zA-Z]|[78])/g, "");
  return {
    shown,
    async type(question, typed) {
      await until(`the terminal shows ${question}`, () => question.test(shown()), 60_000);
      child.stdin.write(typed);
    },
    ended: new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(code ?? 255));
    }),
  };
}
