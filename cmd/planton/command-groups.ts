/** First words of the command line, with what the help says, in its order. */
export const commandGroups = [
  {
    name: "pulumi",
    description: "up, preview, refresh, destroy, output, cancel, recover: run a stack input on the Pulumi engine",
  },
  { name: "up", description: "apply a folder of manifests: check all, show one plan, ask, run in order" },
  { name: "preview", description: "show what up would do" },
  { name: "destroy", description: "delete what a folder of manifests made, dependents first" },
  { name: "refresh", description: "bring the states of a folder of manifests to what the vendors have" },
  { name: "drift", description: "show what at the vendors is no longer as the states say" },
  { name: "status", description: "list the stacks of a folder of manifests: applied, pending, failed, orphaned" },
  { name: "outputs", description: "print the outputs of the stacks of a folder of manifests" },
  { name: "recover", description: "after a crash: recover the stacks of a folder of manifests that need it" },
  { name: "validate", description: "check stack inputs and manifests" },
  { name: "graph", description: "show in which order a folder of manifests is applied, and why" },
  { name: "kinds", description: "list the kinds of the catalog" },
  { name: "explain", description: "explain an error code, a rule, a kind or a field" },
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

/** First words of commands over many stacks: one program. */
const stacksGroups: readonly GroupName[] = [
  "up",
  "preview",
  "destroy",
  "refresh",
  "drift",
  "status",
  "outputs",
  "recover",
];

/** Name of the program that has the commands of a group. */
export function programOf(group: GroupName | undefined): string {
  if (group === undefined || readingGroups.includes(group)) return "reading";
  return stacksGroups.includes(group) ? "stacks" : group;
}

/** Options that every command takes, anywhere before a `--`. */
export interface GlobalOptions {
  /** `--sandbox` */
  readonly sandbox: boolean;
  /** `--debug` */
  readonly debug: boolean;
  /** `--debug-dir`, as typed. */
  readonly debugDir: string | undefined;
}

/** The words without a `--` before all others and without global options before a later one, and these options. */
export function withoutGlobalOptions(argv: readonly string[]): { words: readonly string[]; options: GlobalOptions } {
  const typed = argv[0] === "--" ? argv.slice(1) : argv;
  const end = typed.includes("--") ? typed.indexOf("--") : typed.length;
  const words: string[] = [];
  let options: GlobalOptions = { sandbox: false, debug: false, debugDir: undefined };
  for (let index = 0; index < end; index += 1) {
    const word = typed[index] ?? "";
    const [, joined] = /^--debug-dir=(.+)$/s.exec(word) ?? [];
    if (word === "--sandbox") options = { ...options, sandbox: true };
    else if (word === "--debug") options = { ...options, debug: true };
    else if (joined !== undefined) options = { ...options, debugDir: joined };
    else if (word === "--debug-dir" && index + 1 < end) {
      index += 1;
      options = { ...options, debugDir: typed[index] };
    } else words.push(word);
  }
  return { words: [...words, ...typed.slice(end)], options };
}

/** `help a b c` as `a b c --help`: commander's own help command knows only what is loaded. Other words as they are. */
export function withoutHelpCommand(words: readonly string[]): readonly string[] {
  return words[0] === "help" ? [...words.slice(1), "--help"] : words;
}

/** The group that a command line names; undefined for an unknown word, for none, and for options alone. */
export function groupOf(argv: readonly string[]): GroupName | undefined {
  const [first] = withoutHelpCommand(withoutGlobalOptions(argv).words);
  return commandGroups.find(({ name }) => name === first)?.name;
}
