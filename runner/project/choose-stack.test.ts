import { describe, expect, it } from "vitest";
import { type ChooseStackInput, chooseStack } from "./choose-stack.js";
import type { StackRecord } from "./stack-settings.js";
import type { Target } from "./target-name.js";

const net: Target = { kind: "DigitalOceanVpc", name: "net" };
const other: Target = { kind: "DigitalOceanVpc", name: "other" };
const prodNet: Target = { ...net, env: "prod" };
const cluster: Target = { kind: "DigitalOceanDatabaseCluster", name: "net" };

const record = (stack: string, stackInput?: string, target?: Target): StackRecord => ({
  stack,
  ...(stackInput === undefined ? {} : { stackInput }),
  ...(target === undefined ? {} : { target }),
});

function choose(input: Partial<ChooseStackInput>) {
  return chooseStack({
    records: [],
    stackInput: "a.yaml",
    target: net,
    shortName: "vpc",
    nameIsDerived: false,
    labels: {},
    stack: undefined,
    newStack: false,
    isSandbox: false,
    isAnother: () => false,
    fileExists: () => true,
    ...input,
  });
}

const former = "digital-ocean-vpc.net";
const own = record("vpc.net", "a.yaml", net);
const gone = (path: string) => (candidate: string) => candidate !== path;

describe("the stack of a stack input", () => {
  it.each<[string, Partial<ChooseStackInput>, string]>([
    ["derived for a new one", {}, "vpc.net"],
    ["with its environment", { target: prodNet }, "prod.vpc.net"],
    ["in the sandbox", { isSandbox: true }, "sandbox.vpc.net"],
    ["by its label", { labels: { "pulumi.planton.dev/stack.name": "x" } }, "x"],
    ["by the third part of the other label", { labels: { "pulumi.planton.dev/stack.fqdn": "o/p/s" } }, "s"],
    ["by the record before the label", { records: [own], labels: { "pulumi.planton.dev/stack.name": "x" } }, own.stack],
    [
      "by the record when only the derived name changed",
      { records: [own], target: other, nameIsDerived: true },
      own.stack,
    ],
    ["as the user names it", { records: [own], target: other, stack: own.stack }, own.stack],
    ["a second one on request", { records: [own], target: other, newStack: true }, "vpc.other"],
    ["its own among two", { records: [own, record("vpc.other", "a.yaml", other)], target: other }, "vpc.other"],
    ["that of a file that was moved", { records: [record("own", "b.yaml", net)], fileExists: gone("b.yaml") }, "own"],
    [
      "named, of a file that was moved and changed",
      { records: [record("own", "b.yaml", net)], target: other, stack: "own", fileExists: gone("b.yaml") },
      "own",
    ],
    ["beside the sandbox's, which do not count", { records: [record("sandbox.x", "a.yaml", other)] }, "vpc.net"],
    ["by its former name", { records: [record(former, "b.yaml", net)], fileExists: gone("b.yaml") }, former],
    ["by its former name, when nothing says whose it is", { records: [record(former)] }, former],
    [
      "by its former name with its environment, in the sandbox",
      { records: [record(`sandbox.prod.${former}`)], target: prodNet, isSandbox: true },
      `sandbox.prod.${former}`,
    ],
    [
      "by its former name beside one that nothing says of whose it is",
      { records: [record("vpc.net"), record(former, "b.yaml", net)], fileExists: gone("b.yaml") },
      former,
    ],
    [
      "by its former name beside one of another target",
      { records: [record("vpc.net", "c.yaml", other), record(former)] },
      former,
    ],
    [
      "recorded, beside one of its former name that nothing says of whose it is",
      { records: [record("vpc.net", "b.yaml", net), record(former)], fileExists: gone("b.yaml") },
      "vpc.net",
    ],
    [
      "derived beside one of its former name and another target",
      { records: [record(former, "b.yaml", other)] },
      "vpc.net",
    ],
  ])("%s", (_, input, stack) => {
    expect(choose(input).stack).toBe(stack);
  });

  it.each<[string, Partial<ChooseStackInput>]>([
    ["another name", { records: [own], target: other }],
    ["another environment", { records: [own], target: prodNet }],
    ["another kind", { records: [own], target: cluster }],
    ["another kind under a derived name", { records: [own], target: cluster, nameIsDerived: true }],
    ["a second stack by --stack alone", { records: [own], stack: "second" }],
    ["a stack made by hand beside its own", { records: [own, record("hand")], stack: "hand" }],
    ["several stacks", { records: [own, record("x", "a.yaml", net)] }],
    ["a stack of another file", { records: [record("vpc.net", "b.yaml", net)] }],
    ["a stack of another file by --stack", { records: [record("own", "b.yaml", net)], stack: "own" }],
    ["both names, and nothing says whose either is", { records: [record("vpc.net"), record(former)] }],
    [
      "both names recorded",
      {
        records: [record("vpc.net", "b.yaml", net), record(former, "c.yaml", net)],
        fileExists: (path) => path === "a.yaml",
      },
    ],
    ["another file's stack of the former name", { records: [record(former, "b.yaml", net)] }],
    ["another file's stack of the former name, without a target", { records: [record(former, "b.yaml")] }],
    ["a target that another file has under a name of its own", { records: [record("own", "b.yaml", net)] }],
  ])("is refused: %s", (_, input) => {
    expect(() => choose(input)).toThrow(expect.objectContaining({ code: "E_IDENTITY_CHANGED" }));
  });

  it.each<[string, Partial<ChooseStackInput>, string | undefined]>([
    ["nothing is on record", {}, former],
    ["planton has not run the stack yet", { records: [record("vpc.net")] }, former],
    ["a settings file records its target", { records: [own] }, undefined],
    ["a settings file has its id", { records: [{ stack: "vpc.net", id: "0123456789abcdef" }] }, undefined],
    ["it has the former name", { records: [record(former)] }, undefined],
    ["the stack of the former name has another target", { records: [record(former, "b.yaml", other)] }, undefined],
    ["the user names it", { stack: "own" }, undefined],
    ["its label names it", { labels: { "pulumi.planton.dev/stack.name": "own" } }, undefined],
  ])("may be in the backend by its former name or not, when %s", (_, input, formerStack) => {
    expect(choose(input).formerStack).toBe(formerStack);
  });

  it.each<[string, Partial<ChooseStackInput>, string]>([
    ["--stack", { stack: "org/project/stack" }, "E_USAGE"],
    ["the name label", { labels: { "pulumi.planton.dev/stack.name": "a b" } }, "E_USAGE"],
    ["the fqdn label", { labels: { "pulumi.planton.dev/stack.fqdn": "a/b" } }, "E_PROJECT_INVALID"],
  ])("is refused when %s is no stack's name", (_, input, code) => {
    expect(() => choose(input)).toThrow(expect.objectContaining({ code }));
  });
});
