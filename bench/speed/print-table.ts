// Tables of figures for a terminal and as Markdown. The first row has the heads.

export type Row = readonly string[];

export function alignTable(rows: readonly Row[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = (row: Row): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return rows.map(line).join("\n");
}

export function markdownTable([heads = [], ...rows]: readonly Row[]): string {
  const line = (row: Row): string => `| ${row.join(" | ")} |`;
  return [line(heads), `|${"---|".repeat(heads.length)}`, ...rows.map(line)].join("\n");
}
