// pairs.jsonl of the folder in which the user's ratings are kept, with the images beside it: whole after every click.

import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { refuse } from "../common/diagnostic.ts";
import { jsonOrNull } from "../common/json-or-null.ts";
import { PAIRS_TABLE } from "../common/pairs-import.ts";
import { nameOfRated, type RatedPair, type ratingApi, type Ratings } from "../common/studio/rating.ts";
import type { StudioHandlers } from "../common/studio/studio-api.ts";
import { makeFolder, moveDurably, writeFileAtomically } from "../weights/atomic-write.ts";
import { readUnlessMissing } from "../weights/read-unless-missing.ts";
import type { Home } from "./home.ts";
import { isUpload, removeUpload } from "./uploads.ts";

/** A row as the Preference Pairs node reads it. */
const row = z.looseObject({ better: z.string(), worse: z.string() });
type Row = z.output<typeof row>;

export function ratingHandlers(home: Pick<Home, "ratings" | "uploads">): Pick<StudioHandlers, keyof typeof ratingApi> {
  const folder = home.ratings;
  return {
    ratings: async () => told(folder, readRows(folder)),
    async ratePair({ prompt, better, worse, tie }) {
      const rows = readRows(folder);
      const [one, other] = [keep(home, better), keep(home, worse)];
      if (one === other) refuseSame(folder);
      const added = { prompt, better: one, worse: other, ...(tie ? { tie } : {}) };
      return told(folder, write(folder, [...rows, added]));
    },
    undoRating: async () => told(folder, write(folder, readRows(folder).slice(0, -1))),
  };
}

function told(folder: string, rows: readonly Row[]): Ratings {
  return {
    folder,
    count: rows.length,
    images: existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".png")) : [],
    pairs: rows.map(({ better, worse }) => [better, worse]),
  };
}

/** @throws Refusal for a row that somebody has damaged: what follows would be written over it */
function readRows(folder: string): Row[] {
  const file = join(folder, PAIRS_TABLE);
  return (readUnlessMissing(file) ?? "").split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const parsed = row.safeParse(jsonOrNull(line));
    if (parsed.success) return [parsed.data];
    return refuse({
      code: "ratings-damaged",
      at: { file, part: `line ${i + 1}` },
      message: "this line says nothing of two images",
      help: "mend or remove the line, or move the folder away to begin anew",
    });
  });
}

function write(folder: string, rows: readonly Row[]): readonly Row[] {
  makeFolder(folder);
  writeFileAtomically(join(folder, PAIRS_TABLE), rows.map((each) => `${JSON.stringify(each)}\n`).join(""));
  return rows;
}

/** The image itself, before anything is said of it. @returns its name in the folder */
function keep(home: Pick<Home, "ratings" | "uploads">, image: RatedPair["better"]): string {
  const name = nameOfRated(image);
  const kept = join(home.ratings, name);
  const { upload } = image;
  if (existsSync(kept)) {
    if (upload !== null && isUpload(home, upload)) removeUpload(upload);
    return name;
  }
  if (upload === null || !isUpload(home, upload)) {
    return refuse({
      code: "rating-image",
      at: { file: upload ?? basename(kept) },
      message: "the image that was rated did not arrive",
      help: "rate this pair once more",
    });
  }
  makeFolder(home.ratings);
  moveDurably(upload, kept);
  removeUpload(upload);
  return name;
}

function refuseSame(folder: string): never {
  refuse({
    code: "rating-same",
    at: { file: folder },
    message: "an image cannot be compared with itself",
    help: "choose another pair",
  });
}
