import type { YAMLError } from "yaml";
import type { Position, Problem } from "../../../contract/planton-error.js";

/** What a {@link yamlError} is made of. */
interface YamlErrorInput {
  readonly file: string;
  readonly error: YAMLError;
  readonly position: Position;
  /** The file's lines. */
  readonly lines: readonly string[];
}

/**
 * A fault of the YAML parser as a problem. The parser's own texts are not used: some quote the file, which may hold
 * secrets.
 */
export function yamlError({ file, error, position, lines }: YamlErrorInput): Problem {
  if (error.code === "BLOCK_AS_IMPLICIT_KEY" && isIndentedLess(lines, position.line)) {
    const message = "the line is indented less than its siblings, the lines below it";
    const hint = "put the keys of one map in the same column";
    const keyPosition = { line: position.line, column: indentOf(lines[position.line - 1]) + 1 };
    return { code: "E_LOAD_YAML", severity: "error", file, position: keyPosition, message, hint };
  }
  const [message, hint] = texts[error.code] ?? ["this is not valid YAML", "check the indentation and the quotes"];
  return { code: "E_LOAD_YAML", severity: "error", file, position, message, hint };
}

/** Errors without those that only follow from an earlier one: what is behind a tab, or below a line indented too little. */
export function withoutFollowUps(
  errors: readonly YAMLError[],
  lines: readonly string[],
  lineAt: (offset: number) => number,
): readonly YAMLError[] {
  const tab = errors.find(({ code }) => code === "TAB_AS_INDENT");
  let lastBelow = 0;
  return errors.filter(({ code, pos: [offset] }) => {
    if (tab !== undefined && code !== "TAB_AS_INDENT") return offset < tab.pos[0];
    if (code !== "BLOCK_AS_IMPLICIT_KEY" && code !== "MULTILINE_IMPLICIT_KEY") return true;
    const line = lineAt(offset);
    if (line <= lastBelow) return false;
    if (code === "BLOCK_AS_IMPLICIT_KEY" && isIndentedLess(lines, line)) lastBelow = lastLineBelow(lines, line);
    return true;
  });
}

/** True for a line `key: value` that is followed by lines indented more, which the value cannot hold. */
function isIndentedLess(lines: readonly string[], line: number): boolean {
  return (
    /^ *[^\s:]+: +[^\s:]/.test(lines[line - 1] ?? "") &&
    !isTwoKeys(lines[line - 1] ?? "") &&
    lastLineBelow(lines, line) > line
  );
}

function isTwoKeys(text: string): boolean {
  return /:\s.*:(\s|$)/.test(text);
}

/** The last of the lines after a line that are indented more than it. */
function lastLineBelow(lines: readonly string[], line: number): number {
  const indent = indentOf(lines[line - 1]);
  let last = line;
  while (indentOf(lines[last]) > indent) last += 1;
  return last;
}

function indentOf(text = ""): number {
  return text.length - text.trimStart().length;
}

const texts: Partial<Record<YAMLError["code"], readonly [message: string, hint: string]>> = {
  ALIAS_PROPS: ["an alias may carry no anchor or tag", "remove the anchor or tag before the alias"],
  BAD_ALIAS: ["the anchor or alias has no usable name", "write a name of letters and digits, such as &base and *base"],
  BAD_COLLECTION_TYPE: ["the tag does not fit the value", "remove the tag"],
  BAD_DIRECTIVE: ["the line that begins with % is no YAML directive", "remove the line"],
  BAD_DQ_ESCAPE: [
    "the text in double quotes holds an unknown escape",
    "write the backslash twice, or use single quotes",
  ],
  BAD_INDENT: ["the indentation is wrong", "put the keys of one map, and the items of one list, in the same column"],
  BAD_PROP_ORDER: ["the anchor or tag is in the wrong place", "put it directly before the value"],
  BAD_SCALAR_START: ["the value begins with a character that has a meaning in YAML", "put the value in quotes"],
  BLOCK_AS_IMPLICIT_KEY: ["a map or list begins in the middle of a line", "put it on lines of its own, indented"],
  BLOCK_IN_FLOW: ["an indented map or list inside { } or [ ]", "write it with { } or [ ] too"],
  KEY_OVER_1024_CHARS: ["the key is longer than 1024 characters", "check that no quote is missing"],
  MISSING_CHAR: ["a character is missing, such as a closing quote, a bracket or the colon after a key", "add it"],
  MULTILINE_IMPLICIT_KEY: ["the key spans several lines, or its colon is missing", "write key: value on one line"],
  MULTIPLE_ANCHORS: ["a value has two anchors", "keep one of them"],
  MULTIPLE_TAGS: ["a value has two tags", "keep one of them"],
  NON_STRING_KEY: ["a key must be plain text", "put the key in quotes"],
  RESOURCE_EXHAUSTION: ["the values are nested too deeply", "write the manifest as maps and lists of a few levels"],
  TAB_AS_INDENT: ["a tab is used as indentation", "use spaces; YAML allows no tabs there"],
  TAG_RESOLVE_FAILED: ["the tag is not known", "remove the word that begins with an exclamation mark"],
  UNEXPECTED_TOKEN: ["this is not expected here", "check the indentation, the brackets and the quotes before it"],
};
