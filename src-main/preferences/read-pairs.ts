// Pairs of images of which one is better, in the layouts that people have them in.

import { refuse } from "../common/diagnostic.ts";
import type { ExampleList, ImageSource, PairExample } from "../common/example.ts";
import { fileNamed, imageOf, isTrue, listCell, numberCell, refuseRow, textCell } from "./cells.ts";
import { columnsOf, readTable, type Table, type TableRow } from "./table.ts";

/** What a table of pairs is called in its folder. */
export const PAIRS = "pairs";

interface PairLayout {
  /** Whose columns they are. */
  readonly title: string;
  /** Of which all are there. */
  readonly columns: readonly string[];
  readonly read: (table: Table) => PairExample[];
}

const LAYOUTS: readonly PairLayout[] = [
  {
    title: "ReNeg Studio",
    columns: ["better", "worse"],
    read: (table) =>
      table.rows.map((row) =>
        pairOf(table, row, {
          prompt: textCell(row, "prompt"),
          better: row.cells["better"],
          worse: row.cells["worse"],
          isTie: isTrue(row, "tie"),
        }),
      ),
  },
  // HPD v2 (Wu et al. 2023): two images, of which one is preferred.
  {
    title: "HPD v2",
    columns: ["image_path", "human_preference"],
    read: (table) => table.rows.map((row) => hpdPair(table, row)),
  },
  // Pick-a-Pic (Kirstain et al. 2023): 1 and 0, or a half each.
  {
    title: "Pick-a-Pic",
    columns: ["caption", "label_0", "label_1"],
    read: (table) => table.rows.flatMap((row) => pickPair(table, row)),
  },
  // ImageRewardDB (Xu et al. 2023): a row an image, ranked among those of its prompt, 1 the best.
  { title: "ImageRewardDB", columns: ["image_path", "rank", "prompt"], read: rankedPairs },
];

/**
 * @param path a table, or the folder that it lies in with its images
 * @throws Refusal with the number of a row that cannot be used
 */
export function readPairs(path: string): ExampleList<PairExample> {
  return pairsIn(readTable(path, PAIRS));
}

/** @throws Refusal with the number of a row that cannot be used */
export function pairsIn(table: Table): ExampleList<PairExample> {
  const columns = columnsOf(table);
  const examples = table.rows.length === 0 ? [] : refuseUnlessPairs(table.file, columns).read(table);
  if (examples.length === 0) return refuseEmpty(table);
  return { file: table.file, digest: table.digest, examples };
}

/** @throws Refusal for columns that say nothing of pairs */
export function refuseUnlessPairs(file: string, columns: ReadonlySet<string>): PairLayout {
  return layoutOf(columns) ?? refuseColumns(file, columns);
}

/** `undefined`: these columns say nothing of pairs. */
export function layoutOf(columns: ReadonlySet<string>): PairLayout | undefined {
  return LAYOUTS.find((one) => one.columns.every((column) => columns.has(column)));
}

/** Rows of Pick-a-Pic may have no answer. */
export function isLeftOut(row: TableRow): boolean {
  return "has_label" in row.cells && !isTrue(row, "has_label");
}

interface PairCells {
  readonly prompt: string;
  readonly better: unknown;
  readonly worse: unknown;
  readonly isTie: boolean;
}

function pairOf(table: Table, row: TableRow, { prompt, better, worse, isTie }: PairCells): PairExample {
  const sources = { better: imageOf(table, row, better), worse: imageOf(table, row, worse) };
  if (isSame(sources.better, sources.worse)) {
    refuseRow(table, row, `row ${row.number} compares an image with itself`, "name two images");
  }
  return { row: row.number, prompt, ...sources, isTie };
}

function isSame(one: ImageSource, other: ImageSource): boolean {
  return one.kind === "file" && other.kind === "file" && one.file === other.file;
}

function hpdPair(table: Table, row: TableRow): PairExample {
  const images = listCell(row, "image_path");
  const [first, second] = listCell(row, "human_preference").map(Number);
  if (images.length !== 2 || first === undefined || second === undefined || Number.isNaN(first + second)) {
    return refuseRow(
      table,
      row,
      `row ${row.number} does not say which of two images is preferred`,
      "image_path and human_preference are lists of two: the second says 1 for the better image and 0 for the other",
    );
  }
  return ordered(table, row, { prompt: textCell(row, "prompt"), images, scores: [first, second] });
}

function pickPair(table: Table, row: TableRow): PairExample[] {
  if (isLeftOut(row)) return [];
  const scores = [numberCell(row, "label_0"), numberCell(row, "label_1")] as const;
  const [first, second] = scores;
  if (first === undefined || second === undefined) {
    return refuseRow(
      table,
      row,
      `row ${row.number} does not say which image is better`,
      "label_0 and label_1 are 1 and 0, or 0.5 both",
    );
  }
  const images = [0, 1].map((i) => {
    const uid = textCell(row, `image_${i}_uid`);
    return row.cells[`jpg_${i}`] ?? row.cells[`image_${i}`] ?? fileNamed(table, uid) ?? uid;
  });
  return [ordered(table, row, { prompt: textCell(row, "caption"), images, scores: [first, second] })];
}

interface Judged {
  readonly prompt: string;
  readonly images: readonly unknown[];
  readonly scores: readonly [number, number];
}

function ordered(table: Table, row: TableRow, { prompt, images: [first, second], scores: [a, b] }: Judged) {
  const [better, worse] = a >= b ? [first, second] : [second, first];
  return pairOf(table, row, { prompt, better, worse, isTie: a === b });
}

/** Every two images of a prompt; of equal ranks neither is better, and a rank says too little to call that a tie. */
function rankedPairs(table: Table): PairExample[] {
  const groups = Map.groupBy(table.rows, (row) => textCell(row, "prompt_id") || textCell(row, "prompt"));
  return [...groups.values()].flatMap((rows) => {
    const ranked = rows.map((row) => {
      const rank = numberCell(row, "rank");
      if (rank === undefined) {
        return refuseRow(table, row, `row ${row.number} has no rank`, "1 is the best image of a prompt");
      }
      return { row, rank, image: row.cells["image_path"] };
    });
    return ranked.flatMap((one) =>
      ranked.flatMap((other) => {
        if (one.rank >= other.rank) return [];
        const cells = { prompt: textCell(one.row, "prompt"), better: one.image, worse: other.image, isTie: false };
        return [pairOf(table, one.row, cells)];
      }),
    );
  });
}

function refuseColumns(file: string, columns: ReadonlySet<string>): never {
  refuse({
    code: "pairs-columns",
    at: { file },
    message: `this is no table of pairs: its columns are ${[...columns].slice(0, 8).join(", ")}`,
    help: "each row has prompt, better and worse, or the columns of HPD v2, Pick-a-Pic or ImageRewardDB; see docs/rewards.md",
  });
}

function refuseEmpty({ file }: Table): never {
  refuse({
    code: "pairs-empty",
    at: { file },
    message: "the table holds no pair",
    help: "rate some images, or write a row for each pair: prompt, better and worse",
  });
}
