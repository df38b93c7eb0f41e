import { type DescField, type DescMessage, getOption } from "@bufbuild/protobuf";
import { field as rulesOption } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { describe, expect, it } from "vitest";
import { catalog } from "../../apis/gen/catalog.js";
import { alias, foreign_key, secret } from "../../apis/gen/es/planton/shared/v1/options_pb.js";
import { catalogRules } from "../../cmd/planton/render/rule-facts.js";
import type { KindEntry } from "../../contract/catalog.js";
import { knownValues } from "../../contract/fields/known-values.js";
import { isPlantonError, type Problem } from "../../contract/planton-error.js";
import { brokenRule } from "../../runner/manifest/check/broken-rule.js";
import { checkStackInput } from "../../runner/manifest/read-stack-input.js";

/** A field with the keys that lead to it; "[]" is the first item of a list, "k" the value of a map's key. */
interface Place {
  readonly keys: readonly string[];
  readonly field: DescField;
}

/** Values that are written wrongly in many fields, in YAML's flow style. */
const slips = [
  "7",
  "0",
  "-1",
  "7.0",
  "1.10",
  "3600",
  "1e30",
  "99999999999",
  "9".repeat(70),
  "true",
  "false",
  '"yes"',
  '"no"',
  '"3"',
  '"0"',
  '"-3"',
  "3 nodes",
  "[nyc3]",
  "[7]",
  "[true]",
  "[]",
  "{}",
  "{a: b}",
  "{value: a}",
  "{type: tag, value: a}",
  "~",
  '""',
  "Friday",
  "PG",
  '"a, b"',
  '"a b"',
  "ansi",
  '"ANSI, TRADITIONAL"',
  "nyc",
  "db-s-1vcpu-1g",
];

/** Values that some field takes. */
const values = [
  "a",
  "abcd",
  "1",
  "3",
  "20",
  "true",
  "0.5",
  '"16"',
  "nyc3",
  '"02:00"',
  "60m",
  "db-s-1vcpu-2gb",
  "9cc10173-e9ea-4176-9dbc-a4cee4c4ff30",
  "10.10.0.0/20",
  '"203.0.113.7"',
  '"2026-01-31T03:00:00Z"',
  "aws-us-east-1",
  "ANSI",
  "Abcdefg1",
  "[a]",
  "[{}]",
  "{}",
  "{k: a}",
  "[{type: tag, value: a}]",
  "[{display_name: a, start_ip: 203.0.113.7, end_ip: 203.0.113.7}]",
];

function placesBelow(message: DescMessage, keys: readonly string[], depth = 0): Place[] {
  return message.fields.flatMap((field) => {
    if (depth > 8 || ["api_version", "kind"].includes(field.name)) return [];
    const own = [...keys, field.name];
    const within = field.fieldKind === "list" ? [...own, "[]"] : field.fieldKind === "map" ? [...own, "k"] : own;
    const items = within === own ? [] : [{ keys: within, field }];
    return [
      { keys: own, field },
      ...items,
      ...(field.message === undefined ? [] : placesBelow(field.message, within, depth + 1)),
    ];
  });
}

/** A stack input of the kind that holds the value at the place, and nothing else that the place does not need. */
function textWith({ kind, apiVersion }: KindEntry, keys: readonly string[], value: string): string {
  const wrap = (rest: readonly string[]): string => {
    const [key, ...inner] = rest;
    if (key === undefined) return value;
    return key === "[]" ? `[${wrap(inner)}]` : `{${key}: ${wrap(inner)}}`;
  };
  const [top, part, ...rest] = keys;
  const head = `apiVersion: ${apiVersion}, kind: ${kind}`;
  if (top !== "target") return `target: {${head}, metadata: {name: w}}\n${top}: ${wrap(keys.slice(1))}\n`;
  const name = part === "metadata" ? "" : "metadata: {name: w}, ";
  return `target: {${head}, ${name}${part ?? "spec"}: ${part === undefined ? "{}" : wrap(rest)}}\n`;
}

function problemsIn(text: string): readonly Problem[] {
  try {
    return checkStackInput({ catalog, file: "f.yaml", text }).warnings;
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    return error.problems;
  }
}

function pathOf(keys: readonly string[]): string {
  return keys.map((key, index) => (key === "[]" ? "[0]" : `${index === 0 ? "" : "."}${key}`)).join("");
}

/** What is wrong at a place; a value outside of an open set only when a known one was suggested. */
function problemsAt(keys: readonly string[], text: string, withKnown = true): readonly Problem[] {
  const path = pathOf(keys);
  return problemsIn(text).filter(
    (problem) =>
      (problem.path === path || problem.path?.startsWith(`${path}.`) || problem.path?.startsWith(`${path}[`)) &&
      (withKnown || problem.rule !== "known_values"),
  );
}

interface Cure {
  /** The value in its place; undefined: the key is removed. */
  readonly value: string | undefined;
  readonly isSuggestion?: boolean;
}

/** The cures that a problem offers for a value as it is written. */
function curesOf({ hint = "", message, code }: Problem, written: string): Cure[] {
  const cures: Cure[] = [];
  const [, text] =
    /^(?:put (?:it|the value) in quotes|write the string alone|remove the quotes|write the number alone|write it as a list): (.+)$/.exec(
      hint,
    ) ?? [];
  if (text?.startsWith('put "- "')) cures.push({ value: `[${written}]` });
  else if (text !== undefined) cures.push({ value: text });
  if (/^put (?:it|the value) in quotes$/.test(hint)) cures.push({ value: JSON.stringify(written) });
  const [, word] = /^write (-?\d+|true|false)(?:, without quotes)?$/.exec(hint) ?? [];
  if (word !== undefined) cures.push({ value: word });
  const [, one] = /^write (true|false), or remove the key$/.exec(hint) ?? [];
  if (one !== undefined) cures.push({ value: one }, { value: undefined });
  if (hint === "use one of the values shown") {
    const [, list = ""] = /expected one of (.*), got /.exec(message) ?? [];
    for (const [text] of list.matchAll(/"[^"]+"/g)) cures.push({ value: text });
  }
  if (hint.startsWith("remove them, or ")) cures.push({ value: undefined });
  const [, least, most, zero] = /^use an integer from (-?\d+) to (-?\d+)(; 0 counts as not given)?$/.exec(hint) ?? [];
  if (most !== undefined) cures.push({ value: most });
  if (least !== undefined && zero === undefined) cures.push({ value: least });
  const [, outputs] = /^those that fit here are ([\w, ]+)$/.exec(hint) ?? [];
  for (const output of outputs?.split(", ") ?? []) cures.push({ value: output });
  if (hint === "write true or false") cures.push({ value: "true" }, { value: "false" });
  const [, meant] = /^did you mean "(.+?)"\?/.exec(hint) ?? [];
  if (meant !== undefined && code !== "E_DECODE_UNKNOWN_FIELD")
    cures.push({ value: JSON.stringify(meant), isSuggestion: true });
  if (hint.includes('write "" for')) cures.push({ value: '""' });
  if (/\bremove (?:the key|the field|it)\b/.test(`${hint} ${message}`) && code !== "E_DECODE_UNKNOWN_FIELD")
    cures.push({ value: undefined });
  return cures;
}

/** Hints that say what is expected without naming a value that could be applied. */
const advice: readonly RegExp[] = [
  /^(?:write|use) (?:a|an|the) (?:string|integer|number|list|name of an output|string alone)\b/,
  /^write true or false: /,
  /^write it as a list$/,
  /^give (?:a value|it a map, with its keys indented below it|the key)$/,
  /^it takes the keys /,
  /^write a string, or \{ref: /,
  // What the option pattern_warning says, and the lists behind known values.
  /^known(?: for \S+ \S+)? \(.*\): /,
  /^(?:a|the|must|needs|it|take) /i,
  /^encode the bytes as base64$/,
  // Applied in metadata.test.ts.
  /^give a name of its own in spec\.\w+$/,
];

/** A hint that is neither applied here nor known to be advice: a new form, which one of the two has to learn. */
function isUnknownHint(problem: Problem, written: string): boolean {
  const { hint } = problem;
  if (hint === undefined || curesOf(problem, written).length > 0) return false;
  return problem.code !== "E_DECODE_UNKNOWN_FIELD" && !advice.some((pattern) => pattern.test(hint));
}

function withoutKey(entry: KindEntry, keys: readonly string[]): string {
  const around = keys.slice(0, -1);
  return textWith(entry, around, keys.at(-1) === "[]" ? "[]" : "{}");
}

const kinds = catalog.kinds.map((entry) => ({ entry, kind: entry.kind, places: placesBelow(entry.stackInput, []) }));

describe("messages of rules", () => {
  const fields = [...new Set(kinds.flatMap(({ places }) => places.map(({ field }) => field)))];
  const examples = fields.flatMap((field) =>
    getOption(field, rulesOption).cel.flatMap(({ id, message }) => {
      // A rule may be about a field of the message that the field holds.
      const about = field.message?.fields.find(({ name }) => name === id.split(".")[1]) ?? field;
      const [, quoted, plain] = /such as (?:"([^"]+)"|([^\s:]+))/.exec(message) ?? [];
      const text = quoted ?? plain;
      return text === undefined ? [] : [{ name: `${field.parent.name}.${field.name}`, about, around: field, text }];
    }),
  );

  it.each(examples)("$name takes the example $text of its own message", ({ about, around, text }) => {
    expect(brokenRule(about, text, around)).toBeUndefined();
  });

  it.each(["ansi", "ANSI, TRADITIONAL"])("sql_mode says of %s what it forbids", (text) => {
    const field = fields.find(({ name }) => name === "sql_mode");
    const message = field === undefined ? "" : brokenRule(field, text);
    expect(message).toMatch(/upper-case.*no blanks/);
  });
});

/** True for a kind that says in a rule what its import_id has to be; a new kind need not. */
function hasImportRule({ stackInput }: KindEntry): boolean {
  const metadata = stackInput.field["target"]?.message?.field["metadata"];
  return (
    metadata !== undefined && getOption(metadata, rulesOption).cel.some(({ id }) => id.endsWith(".import_id.format"))
  );
}

describe("problems of rules", () => {
  it("are about the import_id of most kinds", () => {
    expect(catalog.kinds.filter(hasImportRule).length).toBeGreaterThanOrEqual(8);
  });

  const entryOf = (kind: string): KindEntry => {
    const entry = catalog.kinds.find((one) => one.kind === kind);
    if (entry === undefined) throw new Error(`no kind ${kind}`);
    return entry;
  };

  it.each([
    ["ip_addr", "fe80::1"],
    ["droplet", "web"],
    ["k8s", "x"],
    ["tag", "a b"],
    ["app", "x"],
  ])("show what was broken in a source of type %s", (type, value) => {
    const keys = ["target", "spec", "rules", "[]"];
    const [problem] = problemsAt(
      keys,
      textWith(entryOf("DigitalOceanDatabaseFirewall"), keys, `{type: ${type}, value: "${value}"}`),
    );
    expect(problem).toMatchObject({ rule: `trusted_source.value.${type}`, path: "target.spec.rules[0].value" });
    expect(problem?.message).toContain(`got "${value}"`);
  });

  it.each(
    catalog.kinds.filter(hasImportRule),
  )("an import_id of another form is refused for $kind with its place", (entry) => {
    const keys = ["target", "metadata", "import_id"];
    const problems = problemsAt(keys, textWith(entry, keys, "another/form"));
    expect(problems.map(({ path }) => path)).toEqual(["target.metadata.import_id"]);
    expect(problems[0]?.message).toContain('got "another/form"');
  });

  it.each([
    ["DigitalOceanDatabaseCluster", ["target", "spec", "tags", "[]"], "a b"],
    ["TiDBCloudServerlessCluster", ["target", "spec", "labels", "k"], "v".repeat(64)],
    ["TiDBCloudServerlessCluster", ["target", "spec", "project_id"], "abc"],
  ])("of %s at %j show what was broken", (kind, keys, value) => {
    const [problem] = problemsAt(keys, textWith(entryOf(kind), keys, value));
    expect(problem?.message).toContain(`got "${value.slice(0, 50)}`);
  });
});

describe("words of DigitalOcean's API and Terraform provider", () => {
  it.each([
    ["num_nodes", "1"],
    ["version", '"16"'],
    ["size", "db-s-1vcpu-2gb"],
    ["private_network_uuid", "9cc10173-e9ea-4176-9dbc-a4cee4c4ff30"],
    ["privateNetworkUuid", "9cc10173-e9ea-4176-9dbc-a4cee4c4ff30"],
  ])("a cluster takes %s", (name, value) => {
    const entry = catalog.kinds.find(({ kind }) => kind === "DigitalOceanDatabaseCluster");
    if (entry === undefined) throw new Error("no such kind");
    expect(problemsAt(["target", "spec", name], textWith(entry, ["target", "spec", name], value))).toEqual([]);
  });
});

describe("keys of other tools", () => {
  const rows = catalog.kinds.flatMap((entry) =>
    placesBelow(entry.spec, ["target", "spec"]).flatMap(({ field, keys }) => {
      if (keys.at(-1) !== field.name) return [];
      return getOption(field, foreign_key).map((option) => {
        const end = option.indexOf(": ");
        return { entry, field, around: keys.slice(0, -1), key: option.slice(0, end), text: option.slice(end + 2) };
      });
    }),
  );

  it.each(rows)("$key: $text", ({ entry, field, around, key, text }) => {
    for (const spelled of [key, key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())]) {
      const keys = [...around, spelled];
      expect(problemsAt(keys, textWith(entry, keys, "[a]")).map(({ hint }) => hint)).toEqual([text]);
    }
    // The example in the text is one that the field takes.
    const example = /(\[?\{.*\}\]?)/.exec(text)?.[1]?.replace(/"<.*>"/, '"9cc10173-e9ea-4176-9dbc-a4cee4c4ff30"');
    if (example === undefined) return;
    const value = field.fieldKind === "list" && !example.startsWith("[") ? `[${example}]` : example;
    const keys = [...around, field.name];
    expect(problemsAt(keys, textWith(entry, keys, value))).toEqual([]);
  });
});

describe("known values", () => {
  const warningsOf = (engine: string, version: string, size: string): readonly (string | undefined)[] => {
    const text = `kind: DigitalOceanDatabaseCluster
metadata: {name: abc}
spec: {engine: ${engine}, engine_version: "${version}", region: nyc3, size_slug: ${size}, node_count: 3, enable_public_connectivity: true}
`;
    const { warnings } = checkStackInput({ catalog, file: "f.yaml", text });
    return warnings.map(({ path, rule }) => `${path} ${rule}`);
  };

  it.each([
    ["kafka", "3.8", "db-s-2vcpu-2gb"],
    ["valkey", "8", "m-2vcpu-16gb"],
    ["pg", "16", "db-amd-1vcpu-2gb"],
  ])("are those of the engine %s", (engine, version, size) => {
    expect(warningsOf(engine, version, size)).toEqual([]);
  });

  it.each([
    ["kafka", "16", "m-2vcpu-16gb"],
    ["valkey", "7", "db-amd-1vcpu-2gb"],
    ["pg", "8", "db-s-2vcpu-2gb"],
  ])("are not those of other engines than %s", (engine, version, size) => {
    expect(warningsOf(engine, version, size)).toEqual([
      "spec.engine_version known_values",
      "spec.size_slug known_values",
    ]);
  });
});

describe.each(kinds)("$kind", ({ entry, places }) => {
  const secrets = places.filter(({ field }) => getOption(field, secret)).map(({ keys }) => pathOf(keys));
  const isSecretPath = (path: string): boolean => secrets.some((one) => path.startsWith(one));

  it("breaks no rule that planton explain does not know", () => {
    const known = catalogRules(catalog);
    const broken = places.flatMap(({ keys }) =>
      slips.flatMap((written) => problemsIn(textWith(entry, keys, written)).flatMap(({ rule }) => rule ?? [])),
    );
    expect(broken.length).toBeGreaterThan(0);
    expect([...new Set(broken)].filter((rule) => !known.has(rule))).toEqual([]);
  });

  it("offers no cure for a value that leads to the next refusal", () => {
    let applied = 0;
    const unknown = new Set<string>();
    const wrong = places.flatMap(({ keys }) =>
      slips.flatMap((written) =>
        problemsAt(keys, textWith(entry, keys, written)).flatMap((problem) => {
          if (isUnknownHint(problem, written)) unknown.add(`${problem.code}: ${problem.hint}`);
          if (problem.path !== pathOf(keys)) return [];
          return curesOf(problem, written).flatMap(({ value, isSuggestion = false }) => {
            applied += 1;
            const text = value === undefined ? withoutKey(entry, keys) : textWith(entry, keys, value);
            const left = problemsAt(keys, text, isSuggestion);
            return left.map((next) => `${problem.path}: ${written} -> ${problem.hint} -> ${next.message}`);
          });
        }),
      ),
    );
    expect(applied).toBeGreaterThan(places.length);
    expect(wrong).toEqual([]);
    expect([...unknown]).toEqual([]);
  });

  it("names in every hint about keys those that the map takes", () => {
    const wrong = places.flatMap(({ keys, field }) =>
      slips.flatMap((written) =>
        problemsAt(keys, textWith(entry, keys, written)).flatMap(({ hint = "", path }) => {
          const [, list] = /^it takes the keys ([\w, ]+)$/.exec(hint) ?? [];
          if (list === undefined || path !== pathOf(keys)) return [];
          const known = new Set(field.message?.fields.map(({ name }) => name));
          return list.split(", ").filter((name) => !known.has(name));
        }),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it("says of every value that breaks a rule what it was", () => {
    const silent = places.flatMap(({ keys }) =>
      slips.flatMap((written) =>
        problemsAt(keys, textWith(entry, keys, written)).flatMap(({ code, message, path, rule, severity }) => {
          const isOfValue = path === pathOf(keys) && code === "E_RULE_VIOLATED" && severity === "error";
          // Secrets are never shown; of lists and maps the rule says it all.
          const isShown = message.includes('got "') || rule === "required" || isSecretPath(path ?? "");
          return !isOfValue || isShown || /^[[{]/.test(written) ? [] : [`${path}: ${written}: ${message}`];
        }),
      ),
    );
    expect(silent).toEqual([]);
  });

  it("offers no name of a field that leads to the next refusal", () => {
    const wrong = places.flatMap(({ keys, field }) => {
      const name = keys.at(-1) ?? "";
      if (name !== field.name || keys.length < 2) return [];
      const own = knownValues(field).values;
      const enumNames = field.enum?.values.slice(1).map((value) => value.name) ?? [];
      const good = [...own, ...enumNames, ...values].find(
        (value) => problemsAt(keys, textWith(entry, keys, value)).length === 0,
      );
      if (good === undefined) return [];
      const around = keys.slice(0, -1);
      const words = [
        `${name}x`,
        name.slice(0, -1),
        name.replace("_", ""),
        ...getOption(field, alias).map((one) => `${one}x`),
      ];
      return words.flatMap((word) =>
        [`{${word}: ${good}}`, `{${name}: ${good}, ${word}: ${good}}`].flatMap((map) =>
          problemsAt([...around, word], textWith(entry, around, map)).flatMap((problem) => {
            if (problem.code !== "E_DECODE_UNKNOWN_FIELD") return [];
            const [, meant] = /^did you mean "(.+?)"\?/.exec(problem.hint ?? "") ?? [];
            if (meant === undefined || problem.hint?.endsWith("remove one of the two")) return [];
            const cured = map.replace(new RegExp(`\\b${word}: `), `${meant}: `);
            const left = problemsAt([...around, meant], textWith(entry, around, cured));
            return left.map((next) => `${pathOf(keys)}: ${map} -> ${problem.hint} -> ${next.message}`);
          }),
        ),
      );
    });
    expect(wrong).toEqual([]);
  });
});
