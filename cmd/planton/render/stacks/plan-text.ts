import { printable } from "../../../../contract/text/printable.js";
import type { ResourceChange } from "../../../../runner/pulumi/stack-changes.js";
import { resourceText } from "../../../../runner/pulumi/state/checkpoint.js";
import { notRunReason, outcomeError } from "../../../../runner/workspace/report/outcome-text.js";
import { changeCounts } from "../../../../runner/workspace/report/report.js";
import type { UnitPlan } from "../../../../runner/workspace/run/plan-unit.js";
import type { UnitOutcome } from "../../../../runner/workspace/run/run-in-order.js";
import { type Unit, unitName } from "../../../../runner/workspace/unit.js";
import { padText, textWidth, wrapText } from "../fit-text.js";
import { type Style, styled } from "../write.js";
import { countText, type StackData, stackAction, tallyText } from "./stack-words.js";

/** What a command would do to a stack; of a destroy there is no more than the changes. */
export interface PlannedData extends StackData {
  readonly reason?: UnitPlan["reason"];
}

/** A stack of this workspace that no manifest names any more. */
export interface OrphanedStack {
  readonly name: string;
  /** `--prune`: it is destroyed. */
  readonly isPruned: boolean;
  /** URNs of resources that hold data. */
  readonly protectedUrns: readonly string[];
}

/** What {@link planLines} shows. */
export interface PlanTextInput {
  readonly workspace: string;
  readonly env: string | undefined;
  /** Those that the command is about, in the order of the graph. */
  readonly units: readonly Pick<Unit, "id" | "target" | "reading">[];
  /** By id of a unit. */
  readonly plan: ReadonlyMap<string, UnitOutcome<PlannedData>>;
  readonly orphans: readonly OrphanedStack[];
  /** True when protected data may go. */
  readonly allowsDataLoss: boolean;
  /** Most columns of a line; undefined: lines are as long as they are. */
  readonly width: number | undefined;
  readonly isColoured: boolean;
}

/** A resource that holds data and that a plan deletes or replaces. */
export interface LostData {
  /** Name of the unit. */
  readonly stack: string;
  /** As `resourceText` names it. */
  readonly resource: string;
  readonly action: "delete" | "replace";
}

/**
 * One plan over all stacks, in lines to be written as they are: each stack that something happens to, with what is not
 * known yet and what is deleted or replaced or holds data, then the orphans, then counts. Stacks that stay are counted.
 */
export function planLines(input: PlanTextInput): readonly string[] {
  const { workspace, env, units, orphans } = input;
  const known = new Map(units.map((unit) => [unit.id, unitName(unit)]));
  const nameOf = (id: string): string => known.get(id) ?? id;
  const rows = [...units.flatMap((unit) => unitRow(unit, input.plan.get(unit.id), nameOf)), ...orphans.map(orphanRow)];
  const heads = Math.max(0, ...rows.map(({ word }) => word.length));
  const names = Math.max(0, ...rows.map(({ name }) => textWidth(name)).filter((width) => width <= longestName));
  const title = `Plan for ${printable(workspace)}${env === undefined ? "" : `, environment ${printable(env)}`}`;
  const body = rows.flatMap((row) => rowLines(row, { ...input, heads, names }));
  const counts = wrapText(countsText(input), 2, input.width);
  return [
    ...wrapText(title, 2, input.width),
    "",
    ...body,
    ...(body.length === 0 ? [] : [""]),
    ...counts,
    ...lossLines(input),
  ];
}

/** Resources that hold data and that the plan deletes or replaces, in the order of the units, then of the orphans. */
export function lostData({
  units,
  plan,
  orphans,
}: Pick<PlanTextInput, "units" | "plan" | "orphans">): readonly LostData[] {
  const ofOrphans = orphans.flatMap(({ name, isPruned, protectedUrns }) =>
    isPruned
      ? protectedUrns.map((urn) => ({ stack: name, resource: resourceText(urn), action: "delete" as const }))
      : [],
  );
  const ofUnits = units.flatMap((unit) => {
    const outcome = plan.get(unit.id);
    if (outcome?.result !== "succeeded") return [];
    return outcome.data.changes.flatMap(({ urn, action, isProtected }) =>
      isProtected && (action === "delete" || action === "replace")
        ? [{ stack: unitName(unit), resource: resourceText(urn), action }]
        : [],
    );
  });
  return [...ofUnits, ...ofOrphans];
}

/** A stack in the plan. All of it can be shown. */
interface PlanRow {
  readonly word: string;
  readonly style: Style | undefined;
  readonly name: string;
  readonly text: string;
  readonly details: readonly { readonly text: string; readonly style: Style | undefined }[];
}

/** Longer names push what follows to the right. */
const longestName = 32;

const actionStyles = { create: "green", update: "yellow", replace: "red", delete: "red", none: undefined } as const;

/** Of a unit; none when nothing happens to it and nothing has to be said of it. */
function unitRow(
  unit: PlanTextInput["units"][number],
  outcome: UnitOutcome<PlannedData> | undefined,
  nameOf: (id: string) => string,
): readonly PlanRow[] {
  if (outcome === undefined) return [];
  const name = printable(unitName(unit));
  const details = protectDetails(unit);
  if (outcome.result === "unchanged" || outcome.result === "succeeded") {
    const { data } = outcome;
    const action = stackAction(data);
    const said = [...changeDetails(data), ...unknownDetails(data, nameOf), ...details];
    if (action === "none" && said.length === 0) return [];
    const reason = data.reason === undefined ? "" : ` (${data.reason})`;
    const [word, text] = action === "none" ? ["unchanged", ""] : [action, `${changesText(data)}${reason}`];
    return [{ word, style: actionStyles[action], name, text, details: said }];
  }
  const error = outcomeError(outcome);
  const text = error === undefined ? (notRunReason(outcome, nameOf) ?? "") : `${error.message} [${error.code}]`;
  const style = outcome.result === "skipped" || outcome.result === "cancelled" ? "dim" : "red";
  return [{ word: outcome.result, style, name, text: printable(text), details }];
}

function orphanRow({ name, isPruned, protectedUrns }: OrphanedStack): PlanRow {
  const text = isPruned ? "no manifest names it: it is destroyed" : "no manifest names it; --prune destroys it";
  return {
    word: isPruned ? "delete" : "orphaned",
    style: isPruned ? "red" : "dim",
    name: printable(name),
    text,
    details: (isPruned ? protectedUrns : []).map((urn) => resourceDetail({ urn, action: "delete", isProtected: true })),
  };
}

const verbs = {
  create: "creates",
  update: "updates",
  replace: "replaces",
  delete: "deletes",
  refresh: "updates",
} as const;

/** What is deleted or replaced, and each change of what holds data. Of a stack that goes as a whole the latter alone. */
function changeDetails(data: PlannedData): PlanRow["details"] {
  const goesWhole = stackAction(data) === "delete";
  return data.changes
    .filter(({ action, isProtected }) => isProtected || (!goesWhole && (action === "delete" || action === "replace")))
    .map(resourceDetail);
}

function resourceDetail({
  urn,
  action,
  isProtected,
}: Pick<ResourceChange, "urn" | "action" | "isProtected">): PlanRow["details"][number] {
  return {
    text: `${verbs[action]} ${printable(resourceText(urn))}${isProtected ? " (holds data)" : ""}`,
    style: action === "delete" || action === "replace" ? "red" : "yellow",
  };
}

function unknownDetails({ unknown = [] }: PlannedData, nameOf: (id: string) => string): PlanRow["details"] {
  return unknown.map(({ unit, outputs }) => ({
    text: `known after ${printable(nameOf(unit))} is applied: ${printable(outputs.join(", "))}`,
    style: "dim",
  }));
}

/** An overlay that takes the protection away is easily overlooked. */
function protectDetails({ reading: { metadata, places } }: Pick<Unit, "reading">): PlanRow["details"] {
  const place = places.byFieldPath.get("target.metadata.protect");
  if (metadata.protect !== false || place?.file === undefined) return [];
  return [
    {
      text: `not protected: "protect: false" in ${printable(place.file)}:${place.position.line}`,
      style: "yellow",
    },
  ];
}

function changesText({ changes, sameCount }: StackData): string {
  if (changes.length === 0) return "may change";
  const counts = changeCounts(changes);
  const parts = (["create", "update", "replace", "delete"] as const).flatMap((action) =>
    counts[action] === 0 ? [] : [`${counts[action]} to ${action}`],
  );
  return [...parts, ...(sameCount === 0 ? [] : [`${sameCount} same`])].join(", ");
}

function rowLines(
  { word, style, name, text, details }: PlanRow,
  { heads, names, width, isColoured }: PlanTextInput & { readonly heads: number; readonly names: number },
): readonly string[] {
  const marked = (line: string, of: Style | undefined): string => (isColoured && of ? styled(of, line) : line);
  const indent = heads + 4;
  const [first = "", ...more] = wrapText(
    `  ${word.padEnd(heads)}  ${padText(name, names)}  ${text}`.trimEnd(),
    indent,
    width,
  );
  const head = first.startsWith(`  ${word}`) ? `  ${marked(word, style)}${first.slice(word.length + 2)}` : first;
  const below = details.flatMap((detail) =>
    wrapText(`${" ".repeat(indent)}${detail.text}`, indent + 2, width).map((line) => marked(line, detail.style)),
  );
  return [head, ...more, ...below];
}

/** `3 stacks: 1 to create, 2 unchanged`. */
function countsText({ units, plan, orphans }: PlanTextInput): string {
  const words = units.map(({ id }) => countWord(plan.get(id)));
  const orphaned = orphans.map(({ isPruned }) => (isPruned ? "to delete" : "orphaned"));
  return tallyText([...words, ...orphaned], planCounts);
}

const planCounts = [
  ..."create update replace delete".split(" ").map((action) => `to ${action}`),
  ..."unchanged orphaned failed skipped locked cancelled".split(" "),
];

function countWord(outcome: UnitOutcome<PlannedData> | undefined): string {
  if (outcome === undefined) return "skipped";
  if (outcome.result !== "succeeded" && outcome.result !== "unchanged") return outcome.result;
  const action = stackAction(outcome.data);
  return action === "none" ? "unchanged" : `to ${action}`;
}

function lossLines(input: PlanTextInput): readonly string[] {
  const lost = lostData(input);
  if (lost.length === 0 || input.allowsDataLoss) return [];
  const text = `data would be lost: ${countText(lost.length, "resource")} above; that needs --allow-data-loss`;
  const lines = wrapText(text, 2, input.width);
  return input.isColoured ? lines.map((line) => styled("red", line)) : lines;
}
