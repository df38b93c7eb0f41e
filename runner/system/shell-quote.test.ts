import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { shellQuote } from "./shell-quote.js";

it.each(["db.yaml", "../a/db-1.yaml", "-", "sandbox.prod"])("leaves %s as it is", (text) => {
  expect(shellQuote(text)).toBe(text);
});

it.each(["my db.yaml", "it's.yaml", "$HOME/a.yaml", "~/a.yaml", "", "a\nb", '"'])("makes one word of %j", (text) => {
  expect(execFileSync("/bin/sh", ["-c", `printf %s ${shellQuote(text)}`], { encoding: "utf8" })).toBe(text);
});
