import { clusterYaml } from "./cluster-yaml.js";

/** One problem that is expected. */
export interface Finding {
  /** Line and column, "" for none. */
  readonly at: string;
  readonly code: string;
  readonly path?: string;
  /** What message or hint must name. */
  readonly says?: readonly string[];
  readonly rule?: string;
}

/** A faulty stack input. */
export interface FaultyInput {
  readonly what: string;
  readonly text: string | Buffer;
  readonly findings: readonly Finding[];
}

const envelope = (kind: string, apiVersion = "digital-ocean.planton.dev/v1"): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: abc\nspec: {engine: pg, engine_version: "16", region: nyc3, size_slug: db-s-1vcpu-1gb, node_count: 1}\n`;
const alias = (levels: number): string =>
  [
    "a0: &a0 [x,x,x,x,x,x,x,x,x,x]",
    ...Array.from({ length: levels }, (_, at) => `a${at + 1}: &a${at + 1} [${Array(10).fill(`*a${at}`).join(",")}]`),
    "",
  ].join("\n");

/** Faulty stack inputs with the problems of each, in the order of the file. */
export const faultyInputs: readonly FaultyInput[] = [
  {
    what: "a kind that is not there",
    text: envelope("DigitalOceanDatabaseClustr"),
    findings: [
      {
        at: "2:7",
        code: "E_KIND_UNKNOWN",
        path: "kind",
        says: ['"DigitalOceanDatabaseClustr"', 'did you mean "DigitalOceanDatabaseCluster"'],
      },
    ],
  },
  {
    what: "another apiVersion",
    text: envelope("DigitalOceanDatabaseCluster", "digital-ocean.planton.dev/v9"),
    findings: [{ at: "1:13", code: "E_KIND_API_VERSION", path: "apiVersion", says: ["/v9", "/v1"] }],
  },
  {
    what: "no kind, and a spec of none",
    text: "target:\n  spec:\n    colour: red\n",
    findings: [{ at: "2:3", code: "E_KIND_MISSING", path: "target.kind", says: ["--kind", "planton kinds"] }],
  },
  {
    what: "a misspelt field",
    text: clusterYaml("abc", { region: undefined, regoin: "nyc3" }),
    findings: [
      {
        at: "8:5",
        code: "E_DECODE_UNKNOWN_FIELD",
        path: "target.spec.regoin",
        says: ['"regoin"', 'did you mean "region"'],
      },
    ],
  },
  {
    what: "a misspelt enum value",
    text: clusterYaml("abc", { engine: "postgress" }),
    findings: [
      {
        at: "4:13",
        code: "E_DECODE_ENUM",
        path: "target.spec.engine",
        says: ['"postgress"', '"mysql"', 'did you mean "pg"'],
      },
    ],
  },
  {
    what: "several faults at once",
    text: clusterYaml("Dev_Postgres", {
      engin: "pg",
      engine_version: "16",
      node_count: "three",
      enable_public_connectivity: '"yes"',
    }),
    findings: [
      {
        at: "3:19",
        code: "E_RULE_VIOLATED",
        path: "target.spec.cluster_name",
        rule: "database_cluster.cluster_name.format",
        says: ['"Dev_Postgres"'],
      },
      {
        at: "5:21",
        code: "E_DECODE_TYPE",
        path: "target.spec.engine_version",
        says: ['number "16"', 'put it in quotes: "16"'],
      },
      { at: "8:17", code: "E_DECODE_TYPE", path: "target.spec.node_count", says: ['"three"', "integer"] },
      { at: "9:5", code: "E_DECODE_UNKNOWN_FIELD", path: "target.spec.engin", says: ['did you mean "engine"'] },
      { at: "10:33", code: "E_DECODE_TYPE", path: "target.spec.enable_public_connectivity", says: ["without quotes"] },
    ],
  },
  {
    what: "values of other shapes",
    text: clusterYaml("", { region: "{a: b}", node_count: "[1]", tags: "one" }),
    findings: [
      { at: "3:5", code: "E_DECODE_NULL", path: "target.spec.cluster_name" },
      { at: "6:13", code: "E_DECODE_TYPE", path: "target.spec.region", says: ["a map"] },
      { at: "8:17", code: "E_DECODE_TYPE", path: "target.spec.node_count", says: ["a list"] },
      { at: "9:11", code: "E_DECODE_TYPE", path: "target.spec.tags", says: ['"one"', "list"] },
    ],
  },
  {
    what: "numbers that do not fit",
    text: clusterYaml("abc", { node_count: "-1", storage_gib: "1.5" }),
    findings: [
      { at: "8:17", code: "E_DECODE_RANGE", path: "target.spec.node_count", says: ['"-1"', "from 0"] },
      { at: "9:18", code: "E_DECODE_TYPE", path: "target.spec.storage_gib", says: ['"1.5"'] },
    ],
  },
  {
    what: "rules across fields",
    text: clusterYaml("abc", { size_slug: "db-s-1vcpu-1gb", node_count: "4", sql_mode: "ANSI" }),
    findings: [
      {
        at: "7:16",
        code: "E_RULE_VIOLATED",
        path: "target.spec.size_slug",
        rule: "database_cluster.size_slug.one_gigabyte",
        says: ["db-s-1vcpu-1gb"],
      },
      {
        at: "8:17",
        code: "E_RULE_VIOLATED",
        path: "target.spec.node_count",
        rule: "database_cluster.node_count.sql_and_valkey",
        says: ['got "4"'],
      },
      { at: "9:15", code: "E_RULE_VIOLATED", path: "target.spec.sql_mode", rule: "database_cluster.sql_mode.engine" },
    ],
  },
  {
    what: "no name",
    text: clusterYaml("abc", { cluster_name: undefined }),
    findings: [
      {
        at: "1:1",
        code: "E_RULE_VIOLATED",
        path: "target.metadata.name",
        rule: "required",
        says: ["spec.cluster_name"],
      },
    ],
  },
  {
    what: "a key twice",
    text: `${clusterYaml("abc")}    region: fra1\n`,
    findings: [{ at: "9:5", code: "E_LOAD_DUPLICATE_KEY", path: "target.spec.region", says: ['"region"', "line 6"] }],
  },
  {
    what: "a field in both spellings",
    text: clusterYaml("abc", { nodeCount: "2" }),
    findings: [{ at: "9:5", code: "E_DECODE_DUPLICATE_FIELD", path: "target.spec.nodeCount", says: ["line 8"] }],
  },
  {
    what: "tabs",
    text: "target:\n\tspec:\n\t\tcluster_name: abc\n",
    findings: [
      { at: "2:1", code: "E_LOAD_YAML", says: ["tab"] },
      { at: "3:1", code: "E_LOAD_YAML", says: ["tab"] },
    ],
  },
  {
    what: "wrong indentation and a quote that is not closed",
    text: 'target:\n  spec:\n   a: 1\n  b: 2\n    c: "x\n',
    findings: [
      { at: "4:3", code: "E_LOAD_YAML", says: ["indented less"] },
      { at: "6:1", code: "E_LOAD_YAML", says: ["quote"] },
    ],
  },
  {
    what: "an empty file",
    text: "",
    findings: [{ at: "", code: "E_LOAD_EMPTY", says: ["apiVersion, kind, metadata and spec"] }],
  },
  { what: "only a comment", text: "# later\n", findings: [{ at: "", code: "E_LOAD_EMPTY" }] },
  {
    what: "Latin-1",
    text: Buffer.from("target: {spec: {cluster_name: caf\xe9}}\n", "latin1"),
    findings: [{ at: "", code: "E_LOAD_UNREADABLE", says: ["UTF-8"] }],
  },
  { what: "a binary file", text: "target:\0\0", findings: [{ at: "", code: "E_LOAD_UNREADABLE", says: ["binary"] }] },
  {
    what: "10 MB of YAML",
    text: `target:\n  spec:\n${'    k: "xxxxxxxxxxxxxxxxxxxxxxxxxxx"\n'.repeat(280_000)}`,
    findings: [{ at: "", code: "E_LOAD_TOO_LARGE", says: ["MiB"] }],
  },
  {
    what: "1 MiB of one list",
    text: `target: [${"a,".repeat(500_000)}a]\n`,
    findings: [{ at: "", code: "E_LOAD_TOO_LARGE", says: ["200000"] }],
  },
  { what: "a bomb of aliases", text: alias(12), findings: [{ at: "1:1", code: "E_LOAD_ALIAS", says: ["100000"] }] },
  {
    what: "an alias within itself",
    text: "target: &t\n  spec: *t\n",
    findings: [{ at: "2:9", code: "E_LOAD_ALIAS", path: "target.spec", says: ["*t"] }],
  },
  {
    what: "brackets without end",
    text: `target: {spec: ${"[".repeat(100_000)}`,
    findings: [{ at: "1:216", code: "E_LOAD_YAML", says: ["100 deep"] }],
  },
];
