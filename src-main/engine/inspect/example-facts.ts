// What people said of images: tables of pairs and of ratings, as text or in Parquet.

import { dirname, extname } from "node:path";
import { readParquetFacts } from "../../preferences/parquet/parquet-facts.ts";
import { layoutOf, PAIRS, pairsIn } from "../../preferences/read-pairs.ts";
import { readRatings } from "../../preferences/read-ratings.ts";
import { columnsOf, importCommand, readTable, TABLE_ENDINGS } from "../../preferences/table.ts";
import { attempt } from "./attempt.ts";
import { type Description, fact, type Fact, type File, wrongThing } from "./kind.ts";
import { printBytes } from "./quantities.ts";

/** By its columns: whatever it is called, those of pairs are of nothing else. */
export function isTableOfPairs({ path, text }: File): boolean {
  if (text === null || !TABLE_ENDINGS.includes(extname(path).toLowerCase())) return false;
  const { value: columns } = attempt(() => columnsOf(readTable(path, PAIRS)));
  return columns !== undefined && layoutOf(columns) !== undefined;
}

/** @param path a table, or the folder that it lies in with its images */
export function describePairs({ path }: { readonly path: string }): Description {
  const table = readTable(path, PAIRS);
  const layout = layoutOf(columnsOf(table));
  const { file, examples } = pairsIn(table);
  const ties = examples.filter(({ isTie }) => isTie).length;
  return {
    facts: [
      ...(file === path ? [] : [fact("table", file)]),
      ...layoutFacts(layout?.title),
      fact("pairs", examples.length),
      fact("ties", ties),
      fact("prompts", new Set(examples.map(({ prompt }) => prompt)).size),
      fact(
        "use",
        `a reward learns from it by Preference Pairs; how often one orders it right: \`reneg score --pairs "${path}" --reward PATH\``,
      ),
    ],
  };
}

export function describeRatings({ path }: { readonly path: string }): Description {
  const { file, examples } = readRatings(path);
  const ratings = examples.map(({ rating }) => rating);
  return {
    facts: [
      ...(file === path ? [] : [fact("table", file)]),
      fact("images", examples.length),
      ...(ratings.length === 0 ? [] : [fact("ratings", `${least(ratings)} … ${most(ratings)}`)]),
      fact("use", "a reward learns from it by Rated Images"),
    ],
  };
}

export function isParquet({ head }: File): boolean {
  return Buffer.from(head).toString("latin1").startsWith("PAR1");
}

/** Its footer alone is read. */
export function describeParquet({ path, size }: File): Description {
  const { columns, bytes, groups } = readParquetFacts(path);
  const layout = layoutOf(new Set(columns));
  const facts = [
    ...layoutFacts(layout?.title),
    fact("rows", sum(groups)),
    fact("columns", columns.join(", ")),
    fact("size", printBytes(size)),
  ];
  if (layout === undefined) {
    const help = "pairs have the columns prompt, better and worse, or those of HPD v2, Pick-a-Pic or ImageRewardDB";
    return { facts, problems: [wrongThing(path, "this table says nothing of pairs of images", help)] };
  }
  // Images that it only names lie somewhere already, and the folder that is made has to be that one.
  const [images, out] =
    bytes.length === 0
      ? ["not in it: it only names them, and they have to lie in the folder that is made", dirname(path)]
      : [`in it: ${bytes.join(", ")}`, undefined];
  return {
    title: "pairs of images in Parquet",
    facts: [...facts, fact("images", images), fact("next", importCommand(path, out))],
  };
}

function layoutFacts(title: string | undefined): Fact[] {
  return title === undefined ? [] : [fact("layout", title)];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.min(a, b), Infinity);
}

function most(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.max(a, b), -Infinity);
}
