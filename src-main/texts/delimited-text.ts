// Tables as text: CSV and TSV (RFC 4180), with quoted cells that may hold separators, line ends and doubled quotes.

/** Rows of cells; rows that are empty are left out. */
export function parseDelimited(text: string, separator: "," | "\t" | ";"): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  // A cell in quotes, or a bare one; then a separator or the end of the row.
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|((?!")[^${separator}\r\n]*))(${separator}|\r\n|\r|\n|$)`, "y");
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (found === null) return refuseQuote(rows.length + 1);
    const [, quoted, bare = "", end] = found;
    row.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === separator) continue;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push([...row, ""]);
  return rows.filter((cells) => cells.some((content) => content.trim() !== ""));
}

/** A row whose quotes do not close. */
export class UnclosedQuote extends Error {
  readonly row: number;
  constructor(row: number) {
    super(`row ${row} has a quote that does not close`);
    this.name = "UnclosedQuote";
    this.row = row;
  }
}

function refuseQuote(row: number): never {
  throw new UnclosedQuote(row);
}
