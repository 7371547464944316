// What people said of images: tables of pairs and of ratings beside their images, and Parquet, as it is imported.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../../src-main/common/diagnostic.ts";
import { attempt } from "../../../src-main/engine/inspect/attempt.ts";
import { importPairs } from "../../../src-main/preferences/import-pairs.ts";
import { readPairs } from "../../../src-main/preferences/read-pairs.ts";
import { readRatings } from "../../../src-main/preferences/read-ratings.ts";
import { joinFiles } from "../joined-files.ts";
import type { Target } from "../target.ts";
import { repositoryFiles } from "./seeds.ts";

const IMAGES = Object.fromEntries(["a.png", "b.png", "c.jpg", "images/d.webp"].map((name) => [name, name]));

const lines = (...rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** Of each layout one, in the formats that people have. */
const TABLES: Readonly<Record<string, string>> = {
  "pairs.jsonl": lines(
    { prompt: "a red apple", better: "a.png", worse: "b.png" },
    { better: "images/d.webp", worse: { path: "c.jpg" }, tie: true },
  ),
  "pairs.csv": 'prompt,better,worse,tie\n"a cat, ""black""",a.png,b.png,\n;c.jpg;a.png;1\n',
  "pairs.tsv": "prompt\tbetter\tworse\na cat\ta.png\tb.png\n",
  "train.json": JSON.stringify([{ prompt: "a cat", image_path: ["a.png", "b.png"], human_preference: [1, 0] }]),
  "hpd.csv": 'prompt,image_path,human_preference\na cat,"[""a.png"", ""b.png""]","[0, 1]"\n',
  "rows.ndjson": lines(
    { caption: "a cat", image_0_uid: "a", image_1_uid: "b", label_0: 0.5, label_1: "0.5", has_label: true },
    { caption: "a cat", jpg_0: "a.png", image_1: "b.png", label_0: 1, label_1: 0, has_label: false },
  ),
  "metadata.jsonl": lines(
    { prompt_id: "x", prompt: "a cat", image_path: "a.png", rank: 1 },
    { prompt_id: "x", prompt: "a cat", image_path: "b.png", rank: 2 },
    { prompt: "a dog", image_path: "c.jpg", rank: "1" },
  ),
  "ratings.csv": "image,rating,prompt\na.png,7,a cat\nb.png,3.5,\n",
  "ratings.jsonl": lines({ file_name: "a.png", score: 7 }, { image: "b.png", overall_rating: "3" }),
};

export const pairs: Target = {
  form: "files",
  name: "pairs",
  seeds: () => Object.entries(TABLES).map(([name, table]) => joinFiles({ [name]: table, ...IMAGES })),
  open: () => (path) => {
    // A table is one or the other.
    const { value, problems } = attempt(() => readPairs(path));
    if (value === undefined && attempt(() => readRatings(path)).value === undefined) throw new Refusal(problems);
  },
};

/** A process of its own reads each input: some a second, and blocks of that process are not counted. */
export const parquet: Target = {
  form: "bytes",
  name: "table.parquet",
  seeds: () => repositoryFiles("src-main/preferences/testing", /\.parquet$/),
  open: (folder) => async (path) => {
    const out = join(folder, "imported");
    try {
      await importPairs([path], { out, signal: new AbortController().signal, onProgress: async () => {} });
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  },
};
