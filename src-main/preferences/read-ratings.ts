// Single images with a number of how good each is, as LAION's aesthetic predictor was trained from.

import { refuse } from "../common/diagnostic.ts";
import type { ExampleList, RatedExample } from "../common/example.ts";
import { imageOf, numberCell, refuseRow, textCell } from "./cells.ts";
import { columnsOf, readTable } from "./table.ts";

/** What a table of ratings is called in its folder. */
export const RATINGS = "ratings";

/** Names of columns, in the order in which they are looked for. */
const IMAGE = ["image", "file_name", "image_path"];
const RATING = ["rating", "score", "overall_rating"];

/** @throws Refusal with the number of a row that cannot be used */
export function readRatings(path: string): ExampleList<RatedExample> {
  const table = readTable(path, RATINGS);
  const { file, digest, rows } = table;
  const columns = columnsOf(table);
  const image = IMAGE.find((name) => columns.has(name));
  const rated = RATING.find((name) => columns.has(name));
  if (image === undefined || rated === undefined) {
    return refuse({
      code: "ratings-columns",
      at: { file },
      message: rows.length === 0 ? "the table holds no row" : "this is no table of rated images",
      help: "each row has image and rating, and perhaps prompt; see docs/rewards.md",
    });
  }
  const examples = rows.map((row): RatedExample => {
    const rating = numberCell(row, rated);
    if (rating === undefined) {
      return refuseRow(table, row, `row ${row.number} has no number as ${rated}`, "write how good the image is");
    }
    return {
      row: row.number,
      prompt: textCell(row, "prompt"),
      image: imageOf(table, row, row.cells[image]),
      rating,
    };
  });
  return { file, digest, examples };
}
