import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { checkStackInput } from "../../../../runner/manifest/read-stack-input.js";
import { overlayKey, readOverlays } from "../../../../runner/project/workspace/overlays.js";
import { widgetCatalog } from "../../../../runner/testdata/widget-catalog.js";
import type { UnitOutcome } from "../../../../runner/workspace/run/run-in-order.js";
import { unitId, unitTarget } from "../../../../runner/workspace/unit.js";
import { textWidth } from "../fit-text.js";
import { lostData, type PlannedData, type PlanTextInput, planLines } from "./plan-text.js";
import { change, failed, succeeded, unchanged } from "./test-view.js";

const catalog = widgetCatalog();
const root = mkdtempSync(join(tmpdir(), "planton-plan-"));
mkdirSync(join(root, "overlays", "stg"), { recursive: true });
writeFileSync(
  join(root, "overlays", "stg", "open.yaml"),
  "kind: TestGadget\nmetadata:\n  name: open\n  protect: false\n",
);
afterAll(() => rmSync(root, { recursive: true, force: true }));

function unit(name: string, metadata = ""): PlanTextInput["units"][number] {
  const text = `{kind: TestGadget, metadata: {name: ${name}${metadata}}, spec: {}}`;
  const { overlays } = readOverlays({ catalog, root, env: "stg", cwd: root });
  const overlay = (kind: string, of: string) => overlays.get(overlayKey(kind, of));
  const context = { workspace: "shop", env: "stg", labels: [], credential: () => undefined, overlay };
  const reading = checkStackInput({ catalog, file: `${name}.yaml`, text, context });
  const target = unitTarget(reading);
  return { id: unitId(target), target, reading };
}

const idOf = (name: string): string => `TestGadget/stg/${name}`;

function plan(
  outcomes: Readonly<Record<string, UnitOutcome<PlannedData>>>,
  more: Partial<PlanTextInput> = {},
): PlanTextInput {
  const units = Object.keys(outcomes).map((name) => unit(name));
  const byId = new Map(Object.entries(outcomes).map(([name, outcome]) => [idOf(name), outcome]));
  const rest = { orphans: [], allowsDataLoss: false, width: 80, isColoured: false };
  return { workspace: "shop", env: "stg", units, plan: byId, ...rest, ...more };
}

const succeededWith = (data: PlannedData): UnitOutcome<PlannedData> => ({ result: "succeeded", data });

describe("a plan", () => {
  test("has a line for each stack that something happens to, and counts all", () => {
    const lines = planLines(
      plan(
        {
          network: succeededWith({ changes: [change("create"), change("create", "b")], sameCount: 0, reason: "new" }),
          same: unchanged,
          orders: succeededWith({
            changes: [change("replace", "orders", true), change("update", "fw")],
            sameCount: 3,
            reason: "manifest changed",
            unknown: [{ unit: idOf("network"), outputs: ["id", "ip_range"] }],
          }),
          bad: failed("no such region"),
          app: { result: "skipped", cause: idOf("bad"), reason: "dependency" },
        },
        {
          orphans: [
            { name: "gadget/old", isPruned: false, protectedUrns: [] },
            { name: "gadget/older", isPruned: true, protectedUrns: [] },
          ],
        },
      ),
    );
    expect(lines).toEqual([
      "Plan for shop, environment stg",
      "",
      "  create    gadget/network  2 to create (new)",
      "  replace   gadget/orders   1 to update, 1 to replace, 3 same (manifest changed)",
      '            replaces DatabaseCluster "orders" (holds data)',
      "            known after gadget/network is applied: id, ip_range",
      "  failed    gadget/bad      no such region [E_PULUMI]",
      "  skipped   gadget/app      gadget/bad did not end well",
      "  orphaned  gadget/old      no manifest names it; --prune destroys it",
      "  delete    gadget/older    no manifest names it: it is destroyed",
      "",
      "7 stacks: 1 to create, 1 to replace, 1 to delete, 1 unchanged, 1 orphaned, 1",
      "  failed, 1 skipped",
      "data would be lost: 1 resource above; that needs --allow-data-loss",
    ]);
  });

  test("names what goes: of a stack that goes as a whole what holds data alone", () => {
    const data = [change("delete", "orders", true), change("delete", "fw")];
    const goes = (sameCount: number): readonly string[] =>
      planLines(plan({ orders: succeededWith({ changes: data, sameCount }) })).filter((line) => /deletes/.test(line));
    expect(goes(0)).toEqual(['          deletes DatabaseCluster "orders" (holds data)']);
    expect(goes(1)).toHaveLength(2);
  });

  test("names each change of what holds data, also one that loses nothing", () => {
    const input = plan({ orders: succeeded(change("update", "orders", true)) });
    expect(planLines(input).join("\n")).toContain('updates DatabaseCluster "orders" (holds data)');
    expect(lostData(input)).toEqual([]);
  });

  test("gives what holds data and goes, and says nothing more of it where it may", () => {
    const outcomes = { orders: succeeded(change("replace", "a", true), change("delete", "b")), same: unchanged };
    const input = plan(outcomes, { allowsDataLoss: true });
    expect(lostData(input)).toEqual([{ stack: "gadget/orders", resource: 'DatabaseCluster "a"', action: "replace" }]);
    expect(planLines(input).join("\n")).not.toContain("--allow-data-loss");
  });

  test("a stack whose preview did not know everything may change", () => {
    const unknown = [{ unit: idOf("network"), outputs: ["id"] }];
    const lines = planLines(plan({ app: succeededWith({ changes: [], sameCount: 2, unknown }) }));
    expect(lines[2]).toBe("  update  gadget/app  may change");
    expect(lines.at(-1)).toBe("1 stack: 1 to update");
  });

  test("names an overlay that takes the protection away, with its place, and no manifest that does", () => {
    const units = [unit("open"), unit("own", ", protect: false")];
    const outcomes = new Map(units.map(({ id }) => [id, unchanged]));
    const lines = planLines({ ...plan({}), units, plan: outcomes });
    expect(lines.slice(2, -2)).toEqual([
      "  unchanged  gadget/open",
      '             not protected: "protect: false" in overlays/stg/open.yaml:4',
    ]);
  });

  test("of nothing to do is a count", () => {
    expect(planLines(plan({ a: unchanged, b: unchanged }))).toEqual([
      "Plan for shop, environment stg",
      "",
      "2 stacks: 2 unchanged",
    ]);
  });

  test("is coloured only where that is asked for", () => {
    const input = plan({ orders: succeeded(change("replace", "orders", true)) });
    expect(planLines({ ...input, isColoured: true })[2]).toContain("  \u001b[31mreplace\u001b[39m  gadget/orders");
    expect(planLines(input).join("")).not.toContain("\u001b");
  });

  test.each([
    80, 40, 20,
  ])("keeps to %i columns and shows no control characters, whatever things are called", (width) => {
    const hostile = "\u001b[2Jx\r\ny\u202e".repeat(9);
    const outcomes = {
      [`n${"-long".repeat(12)}`]: succeeded(change("replace", hostile, true), change("delete", "z".repeat(90))),
      bad: failed(hostile),
    };
    const lines = planLines(
      plan(outcomes, { width, workspace: hostile, orphans: [{ name: hostile, isPruned: false, protectedUrns: [] }] }),
    );
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
    expect(lines.join("")).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(lines.join("").replaceAll(" ", "")).toContain("z".repeat(90));
  });
});
