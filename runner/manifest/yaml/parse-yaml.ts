import { Composer, type CST, Lexer, LineCounter, Parser, type YAMLError } from "yaml";
import { PlantonError, type Position, type Problem } from "../../../contract/planton-error.js";
import { checkTextSize } from "../../system/read-file-text.js";
import { withoutTemplateFaults } from "./template-faults.js";
import { withoutFollowUps, yamlError } from "./yaml-error-text.js";
import type { YamlNode } from "./yaml-node.js";
import { maxDepth, yamlTree } from "./yaml-tree.js";

/** A YAML text with the name it goes by in messages. */
interface YamlText {
  /** File as the user named it, `-` for standard input. */
  readonly file: string;
  readonly text: string;
}

/** A loaded document. */
export interface YamlDocument {
  readonly file: string;
  /** The document's own text, without those before and after it in its file. It may hold secrets. */
  readonly text: string;
  readonly root: YamlNode;
  /** Faults that leave the rest of the document readable: E_LOAD_DUPLICATE_KEY. */
  readonly problems: readonly Problem[];
}

/**
 * Reads one YAML 1.2 document (core schema) with positions. All faults of a file are reported at once.
 * Throws E_LOAD_TOO_LARGE, E_LOAD_EMPTY, E_LOAD_YAML, E_LOAD_ALIAS, E_LOAD_MULTIPLE_DOCUMENTS.
 */
export function parseYaml(input: YamlText): YamlDocument {
  const { documents, problems } = readDocuments(input);
  const [first, second] = documents;
  assertReadable(input, second === undefined ? problems : [...problems, secondDocument(input.file, second)]);
  if (first === undefined) throw loadError(nothingIn(input.file));
  return first;
}

/**
 * Reads every YAML document of a file; empty ones do not count. Throws as {@link parseYaml} does, but for several
 * documents.
 */
export function parseYamlDocuments(input: YamlText): readonly YamlDocument[] {
  const { documents, problems } = readDocuments(input);
  assertReadable(input, problems);
  return documents;
}

interface TextDocuments {
  readonly documents: readonly YamlDocument[];
  /** Of the whole text. */
  readonly problems: readonly Problem[];
}

function readDocuments({ file, text }: YamlText): TextDocuments {
  checkTextSize(file, Buffer.byteLength(text));
  const lines = new LineCounter();
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const composed = composeAll(tokensOf(file, text, lines), text.length);
  const textLines = text.split("\n");
  const all = composed.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  const reported = withoutFollowUps(all, textLines, (offset) => positionAt(offset).line);
  // The parser says of one line in several ways what is wrong with it; the last is the most exact.
  const lineOf = ({ pos }: YAMLError): number => positionAt(pos[0]).line;
  const faults = reported
    .filter((error, index) => reported.findLastIndex((other) => lineOf(other) === lineOf(error)) === index)
    .map((error: YAMLError) => yamlError({ file, error, position: positionAt(error.pos[0]), lines: textLines }));
  const documents = composed.map(({ contents }) => {
    const [start, end] = contents?.range ?? [0, 0];
    return { file, text: text.slice(start, end), ...yamlTree({ file, contents, positionAt }) };
  });
  return {
    documents: documents.filter(({ root }) => root.kind !== "scalar" || root.value !== null),
    problems: [...faults, ...documents.flatMap(({ problems }) => problems)],
  };
}

/** Throws the faults that leave a document unreadable, and every other fault with them. */
function assertReadable({ file, text }: YamlText, faults: readonly Problem[]): void {
  const problems = withoutTemplateFaults({ file, text, problems: faults, andBelow: true });
  const fatal = problems.find((problem) => problem.code !== "E_LOAD_DUPLICATE_KEY");
  if (fatal !== undefined) throw loadError(fatal, problems);
}
/** How many YAML tokens are read: with 1 MiB of nothing but commas the composer would take 600 MB and 3 s. */
const maxTokens = 200_000;

/** Running out of stack in the composer can end the process, so what is nested too deeply never gets there. */
function tokensOf(file: string, text: string, lines: LineCounter): CST.Token[] {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  let offset = 0;
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > 2 * maxDepth) throw loadError(tooDeep(file, text.slice(0, offset)));
    offset += lexeme.length;
    count += 1;
    if (count > maxTokens) throw loadError(tooMany(file));
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function composeAll(tokens: readonly CST.Token[], endOffset: number) {
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    intAsBigInt: true,
    stringKeys: true,
    // The library compares every key with every other; yamlTree finds duplicates in one pass.
    uniqueKeys: false,
  });
  // A line `---` with nothing before or after it, as templates and editors leave it, makes an empty document.
  return [...composer.compose(tokens, true, endOffset)];
}

function tooMany(file: string): Problem {
  const hint = "a stack input is some hundred lines; split it";
  const message = `the file has more than ${maxTokens} YAML tokens`;
  return { code: "E_LOAD_TOO_LARGE", severity: "error", file, message, hint };
}

function tooDeep(file: string, before: string): Problem {
  const lines = before.split("\n");
  return {
    code: "E_LOAD_YAML",
    severity: "error",
    file,
    position: { line: lines.length, column: (lines.at(-1) ?? "").length + 1 },
    message: `the values are nested more than ${maxDepth} deep`,
    hint: "write the manifest as maps and lists of a few levels",
  };
}

function nothingIn(file: string): Problem {
  const hint = "write a manifest with apiVersion, kind, metadata and spec";
  return { code: "E_LOAD_EMPTY", severity: "error", file, message: "the file holds nothing", hint };
}

function secondDocument(file: string, { root: { position } }: YamlDocument): Problem {
  return {
    code: "E_LOAD_MULTIPLE_DOCUMENTS",
    severity: "error",
    file,
    position,
    message: "a second YAML document begins here",
    hint: "keep one stack input per file, or apply all of them with planton up -f; empty documents do not count",
  };
}

function loadError(first: Problem, problems: readonly Problem[] = [first]): PlantonError {
  const place = first.position === undefined ? "" : `:${first.position.line}:${first.position.column}`;
  return new PlantonError({
    code: first.code,
    message: `${first.file}${place}: ${first.message}`,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    problems,
  });
}
