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
    nameIsDerived: false,
    labels: {},
    stack: undefined,
    newStack: false,
    isSandbox: false,
    fileExists: () => true,
    ...input,
  });
}

const own = record("digital-ocean-vpc.net", "a.yaml", net);
const gone = (path: string) => (candidate: string) => candidate !== path;

describe("the stack of a stack input", () => {
  it.each<[string, Partial<ChooseStackInput>, string]>([
    ["derived for a new one", {}, "digital-ocean-vpc.net"],
    ["with its environment", { target: prodNet }, "prod.digital-ocean-vpc.net"],
    ["in the sandbox", { isSandbox: true }, "sandbox.digital-ocean-vpc.net"],
    ["by its label", { labels: { "pulumi.planton.dev/stack.name": "x" } }, "x"],
    ["by the third part of the other label", { labels: { "pulumi.planton.dev/stack.fqdn": "o/p/s" } }, "s"],
    ["by the record before the label", { records: [own], labels: { "pulumi.planton.dev/stack.name": "x" } }, own.stack],
    [
      "by the record when only the derived name changed",
      { records: [own], target: other, nameIsDerived: true },
      own.stack,
    ],
    ["as the user names it", { records: [own], target: other, stack: own.stack }, own.stack],
    ["a second one on request", { records: [own], target: other, newStack: true }, "digital-ocean-vpc.other"],
    [
      "its own among two",
      { records: [own, record("digital-ocean-vpc.other", "a.yaml", other)], target: other },
      "digital-ocean-vpc.other",
    ],
    ["that of a file that was moved", { records: [record("own", "b.yaml", net)], fileExists: gone("b.yaml") }, "own"],
    [
      "named, of a file that was moved and changed",
      { records: [record("own", "b.yaml", net)], target: other, stack: "own", fileExists: gone("b.yaml") },
      "own",
    ],
    [
      "beside the sandbox's, which do not count",
      { records: [record("sandbox.x", "a.yaml", other)] },
      "digital-ocean-vpc.net",
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
    ["a stack of another file", { records: [record("digital-ocean-vpc.net", "b.yaml", net)] }],
    ["a stack of another file by --stack", { records: [record("own", "b.yaml", net)], stack: "own" }],
    ["a target that another file has under a name of its own", { records: [record("own", "b.yaml", net)] }],
  ])("is refused: %s", (_, input) => {
    expect(() => choose(input)).toThrow(expect.objectContaining({ code: "E_IDENTITY_CHANGED" }));
  });

  it.each<[string, Partial<ChooseStackInput>, string]>([
    ["--stack", { stack: "org/project/stack" }, "E_USAGE"],
    ["the name label", { labels: { "pulumi.planton.dev/stack.name": "a b" } }, "E_USAGE"],
    ["the fqdn label", { labels: { "pulumi.planton.dev/stack.fqdn": "a/b" } }, "E_PROJECT_INVALID"],
  ])("is refused when %s is no stack's name", (_, input, code) => {
    expect(() => choose(input)).toThrow(expect.objectContaining({ code }));
  });
});
