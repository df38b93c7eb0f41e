/** First words of the command line, with what the help says, in its order. */
export const commandGroups = [
  {
    name: "pulumi",
    description: "up, preview, refresh, destroy, output, cancel, recover: run a stack input on the Pulumi engine",
  },
  { name: "validate", description: "check stack inputs and manifests" },
  { name: "graph", description: "show in which order a folder of manifests is applied, and why" },
  { name: "kinds", description: "list the kinds of the catalog" },
  { name: "explain", description: "explain an error code, a kind or a field" },
  {
    name: "credentials",
    description: "list, check: which credentials are set, and whether the vendors accept them",
  },
  { name: "env", description: 'print what plain pulumi needs: eval "$(planton env)"' },
  { name: "engine", description: "get the Pulumi CLI that planton runs" },
  { name: "sandbox", description: "local stand-ins of the vendors' APIs, to try things without an account" },
  { name: "new", description: "kind, vendor: write the files of a new one, in a checkout of planton" },
] as const;

/** One of the first words. */
export type GroupName = (typeof commandGroups)[number]["name"];

/** First words of commands that read files and the catalog and change nothing: one program, also in a snapshot. */
export const readingGroups: readonly GroupName[] = ["validate", "graph", "explain", "kinds"];

/** The words without a `--` before all others and without `--sandbox` before a later one, and whether that was there. */
export function withoutSandboxFlag(argv: readonly string[]): { words: readonly string[]; wantsSandbox: boolean } {
  const typed = argv[0] === "--" ? argv.slice(1) : argv;
  const end = typed.includes("--") ? typed.indexOf("--") : typed.length;
  const words = typed.filter((word, index) => index >= end || word !== "--sandbox");
  return { words, wantsSandbox: words.length < typed.length };
}

/** `help a b c` as `a b c --help`: commander's own help command knows only what is loaded. Other words as they are. */
export function withoutHelpCommand(words: readonly string[]): readonly string[] {
  return words[0] === "help" ? [...words.slice(1), "--help"] : words;
}

/** The group that a command line names; undefined for an unknown word, for none, and for options alone. */
export function groupOf(argv: readonly string[]): GroupName | undefined {
  const [first] = withoutHelpCommand(withoutSandboxFlag(argv).words);
  return commandGroups.find(({ name }) => name === first)?.name;
}
