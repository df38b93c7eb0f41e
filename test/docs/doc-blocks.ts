import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../support/kinds/kind-examples.js";

/** A fenced block of a document. */
export interface DocBlock {
  /** Word after the fence: "yaml", "sh". */
  readonly language: string;
  /** Path of `file=PATH` after the language; undefined without it. */
  readonly file: string | undefined;
  readonly text: string;
  /** Line of the fence in the document, from 1. */
  readonly line: number;
}

/** A document of the project. */
export interface Doc {
  /** Path from the project's root. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly DocBlock[];
}

/** All documents: those in the project's root and below docs/, sorted by path. */
export function readDocs(): readonly Doc[] {
  const inRoot = readdirSync(projectRoot);
  const inDocs = readdirSync(join(projectRoot, "docs"), { recursive: true, encoding: "utf8" }).map((path) =>
    join("docs", path).replaceAll("\\", "/"),
  );
  return [...inRoot, ...inDocs]
    .filter((path) => path.endsWith(".md"))
    .sort()
    .map((path) => {
      const text = readFileSync(join(projectRoot, path), "utf8");
      return { path, text, blocks: docBlocks(text) };
    });
}

/** The fenced blocks of a Markdown text, in order. */
export function docBlocks(text: string): DocBlock[] {
  return [...text.matchAll(/^```(\S*)(?: file=(\S+))?\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, language = "", file, content = ""] = match;
    return { language, file, text: content, line: text.slice(0, match.index).split("\n").length };
  });
}

/** A command line of a document. */
export interface DocCommand {
  readonly text: string;
  /** Exit code that a comment after the command says: "# exit code 1"; else 0. */
  readonly exitCode: number;
}

/** The command lines of an `sh` block. */
export function docCommands(block: DocBlock): DocCommand[] {
  return block.text
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((text) => ({ text, exitCode: Number(/ # exit code (\d+)$/.exec(text)?.[1] ?? 0) }));
}

/** Commands of the documents that no test runs as they are, each with the reason. */
export const notRun: ReadonlyMap<string, string> = new Map([
  ["make demo", "downloads or builds the engine and installs the dependencies; its steps are those of the README"],
  ["make test", "is what runs this test"],
  ["make build", "runs before the tests"],
  ["make gen", "the test of the pages about kinds and vendors runs the generator itself"],
  ["make lint", "runs before the tests"],
  ...[
    "planton new kind DigitalOceanUptimeCheck",
    "planton new vendor acme",
    "npx vitest run test/conformance",
    "npx vitest run test/conformance modules/digitalocean/uptime-check providers/digitalocean",
    "npx vitest run test/conformance providers/acme",
    "npx vitest run test/conformance modules/acme providers/acme",
  ].map((text) => [text, "the test of the pages about kinds and vendors runs it in a copy"] as const),
  ["npm pack", "makes a file in the project's folder"],
  ["npm install -g ./planton-0.1.0.tgz", "changes the machine"],
  ["export DIGITALOCEAN_TOKEN=dop_v1_...", "needs a real account"],
  ["doppler run --project planton --config dev -- node server.js", "is Doppler's own program, which is not here"],
  ["planton pulumi up --stack-input stack-input.yaml", "asks on a terminal, and needs a real account there"],
]);
