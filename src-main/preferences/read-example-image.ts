// An image of an example, decoded as the rewards' own code decodes it.

import { type Diagnostic, Refusal } from "../common/diagnostic.ts";
import type { ImageSource } from "../common/example.ts";
import { decodeScoredPicture, readScoredPicture, type ScoredPicture } from "../pictures/scored-picture.ts";

/** @throws Refusal with the row of the table, for a file that holds no image */
export async function readExampleImage(source: ImageSource, table: string, row: number): Promise<ScoredPicture> {
  try {
    return source.kind === "file"
      ? await readScoredPicture(source.file)
      : await decodeScoredPicture(source.bytes, table);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(
      error.diagnostics.map((found): Diagnostic => ({ ...found, message: `row ${row}: ${found.message}` })),
    );
  }
}
