/** One line of the result. */
export interface Row {
  readonly what: string;
  /** What was measured, with its unit; empty where only the ratio counts. */
  readonly measured: string;
  /** What it was compared with, with its unit; empty for a single figure. */
  readonly against: string;
  readonly ratio: number | undefined;
  /** Upper bound, and whether it was kept; undefined for a figure without one. */
  readonly target: { readonly text: string; readonly isMet: boolean } | undefined;
}

/** Whether a row has a target and is beyond it. A figure that could not be measured is. */
export function isMissed({ target }: Row): boolean {
  return target?.isMet === false;
}

const heads = ["", "measured", "against", "ratio", "target", ""] as const;

/** The rows as a text table, one line each. */
export function tableText(rows: readonly Row[]): string {
  const cells = [heads, ...rows.map(cellsOf)];
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Milliseconds in a unit that suits them. */
export function msText(ms: number): string {
  if (Number.isNaN(ms)) return "-";
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

function cellsOf(row: Row): readonly string[] {
  const { what, measured, against, ratio, target } = row;
  const verdict = row.target === undefined ? "" : isMissed(row) ? "MISSED" : "ok";
  return [what, measured, against, ratio === undefined ? "" : ratio.toFixed(2), target?.text ?? "", verdict];
}
