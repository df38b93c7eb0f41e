import { isSecret, type Output, runtime } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { checkStackInput } from "../../manifest/read-stack-input.js";
import { widgetCatalog } from "../../testdata/widget-catalog.js";
import type { RunRequest } from "../run-request.js";
import { resolveReferences } from "./resolve-references.js";

const catalog = widgetCatalog();
const stackOutputs: Readonly<Record<string, { outputs: object; secretOutputNames: readonly string[] }>> = {
  "org/app/plain": { outputs: { gadget_id: "g-1" }, secretOutputNames: [] },
  "org/app/hidden": { outputs: { gadget_id: "g-2" }, secretOutputNames: ["gadget_id"] },
  "org/app/number": { outputs: { gadget_id: 4000 }, secretOutputNames: [] },
  "org/app/flag": { outputs: { gadget_id: false }, secretOutputNames: ["gadget_id"] },
  "org/app/other": { outputs: { token: "a-marker" }, secretOutputNames: ["token"] },
  "org/app/list": { outputs: { gadget_id: ["a-marker"] }, secretOutputNames: [] },
  "org/app/hollow": { outputs: { gadget_id: "" }, secretOutputNames: [] },
  "org/app/sandbox.plain": { outputs: { gadget_id: "g-3" }, secretOutputNames: [] },
};
const nothing = { outputs: {}, secretOutputNames: [] };
await runtime.setMocks({
  newResource: ({ name }) => ({ id: name, state: { name, ...(stackOutputs[name] ?? nothing) } }),
  call: () => ({}),
});

// What the resolver reads of a Run request.
const request = { project: "app", organization: "org", rootDirectory: "/nowhere" } as RunRequest;

/** The values of the reference fields of a widget's spec, in the order of the proto file. */
async function resolve(
  lines: string,
  env: Record<string, string> = {},
): Promise<{ value: unknown; secret: boolean }[]> {
  const text = `kind: TestWidget\nmetadata: {name: w}\nspec:\n  ${lines}\n`;
  const reading = checkStackInput({ catalog, file: "w.yaml", text });
  const { values } = await resolveReferences({ request, reading, env, known: [] });
  return Promise.all(
    [...values.values()].map(async (value) => ({ value: await known(value), secret: await isSecret(value) })),
  );
}

function known(value: Output<string>): Promise<string> {
  return new Promise((done) => value.apply(done));
}

const gadget = (stack: string) =>
  `{valueFrom: {kind: TestGadget, name: g, project: app, stack: ${stack}, fieldPath: gadget_id}}`;

describe("a reference field", () => {
  it.each([
    ["a literal", "parent: g-9", "g-9", false],
    ["a literal in a secret field", "key: s3cr3t", "s3cr3t", true],
    ["an output", `parent: ${gadget("plain")}`, "g-1", false],
    ["an output in a secret field", `key: ${gadget("plain")}`, "g-1", true],
    ["a secret output", `parent: ${gadget("hidden")}`, "g-2", true],
    ["a number", `parent: ${gadget("number")}`, "4000", false],
    ["a secret that is false", `parent: ${gadget("flag")}`, "false", true],
  ])("gives %s", async (_, lines, value, secret) => {
    expect(await resolve(lines)).toEqual([{ value, secret }]);
  });

  it("names a stack as --stack does: in the sandbox by the sandbox's name of it", async () => {
    const [found] = await resolve(`parent: ${gadget("plain")}`, { PLANTON_SANDBOX: "1" });
    expect(found?.value).toBe("g-3");
  });

  it("refuses a list, and reveals nothing of what is in it", async () => {
    const failure: unknown = await resolve(`parent: ${gadget("list")}`).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: "E_REFERENCE_OUTPUT",
      message: expect.stringContaining("is a list or an object"),
    });
    expect(String(failure)).not.toContain("marker");
  });

  it("refuses a secret that the kind does not know, unless the field is one", async () => {
    const token = "{valueFrom: {kind: TestGadget, name: g, project: app, stack: other, fieldPath: token}}";
    const failure: unknown = await resolve(`parent: ${token}`).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "E_REFERENCE_SECRET", problems: [{ path: "spec.parent" }] });
    expect(String(failure)).not.toContain("marker");
    expect(await resolve(`key: ${token}`)).toEqual([{ value: "a-marker", secret: true }]);
  });

  it.each([
    ["has not made yet", "{valueFrom: {kind: TestGadget, name: g, project: app, stack: none, fieldPath: gadget_id}}"],
    ["left empty", gadget("hollow")],
  ])("refuses an output that its stack %s, with the place", async (_, reference) => {
    await expect(resolve(`parent: ${reference}`)).rejects.toMatchObject({
      code: "E_REFERENCE_OUTPUT",
      problems: [{ file: "w.yaml", position: { line: 4 }, path: "spec.parent" }],
    });
  });
});
