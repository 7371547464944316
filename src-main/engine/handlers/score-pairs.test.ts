import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Refusal } from "../../common/diagnostic.ts";
import { scorePairsInput } from "../../common/pair-scoring.ts";
import { embedded, modelPath } from "../../models/embedded.ts";
import { type Picture, writePng } from "../../pictures/picture.ts";
import { readPairs } from "../../preferences/read-pairs.ts";
import { scorePairs } from "./score-pairs.ts";
import { score } from "./score.ts";

const root = mkdtempSync(join(tmpdir(), "score-pairs-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Of different sizes and proportions. */
const IMAGES = ["a.png", "b.png", "c.png"];
const folder = join(root, "images");
mkdirSync(folder);
for (const [i, name] of IMAGES.entries()) await writePng(join(folder, name), stripes(40 + 21 * i, 64 - 9 * i, i));

function stripes(width: number, height: number, seed: number): Picture {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => ((i * (7 + seed)) % 256) ^ (seed * 60));
  return { width, height, data };
}

/** A folder with the images and this table. */
function folderWith(table: string, content: string): string {
  const made = mkdtempSync(join(root, "table-"));
  for (const name of IMAGES) copyFileSync(join(folder, name), join(made, name));
  writeFileSync(join(made, table), content);
  return made;
}

const jsonl = (...rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

const signal = new AbortController().signal;

async function scored(pairs: string, options: { readonly reward?: string; readonly limit?: number } = {}) {
  const progress: string[] = [];
  const input = scorePairsInput.parse({ reward: "preference", ...options, pairs, device: "cpu" });
  const result = await scorePairs(input, {
    signal,
    async emit(event) {
      if (event.type === "progress") progress.push(`${event.done}/${event.total}`);
    },
  });
  return { ...result, progress };
}

/** As `reneg score` without pairs does it: in the size that each image has. */
async function scoreOf(name: string, prompt: string): Promise<number> {
  const images = [join(folder, name)];
  const input = { reward: "preference", prompt, images, device: "cpu" } as const;
  const { scores } = await score(input, { signal, emit: async () => {} });
  return scores[0]?.score ?? NaN;
}

test("each pair has the scores that its images have by themselves, whatever their sizes", async () => {
  const rows = jsonl(
    { prompt: "a red apple", better: "a.png", worse: "b.png" },
    { prompt: "a rocket", better: "c.png", worse: "a.png" },
  );
  const { pairs, accuracy, ties } = await scored(folderWith("pairs.jsonl", rows));
  const expected = [
    [await scoreOf("a.png", "a red apple"), await scoreOf("b.png", "a red apple")],
    [await scoreOf("c.png", "a rocket"), await scoreOf("a.png", "a rocket")],
  ];
  const found = pairs.map(({ better, worse }) => [better.score, worse.score]);
  for (const [i, [better = NaN, worse = NaN]] of expected.entries()) {
    expect(found[i]?.[0]).toBeCloseTo(better, 4);
    expect(found[i]?.[1]).toBeCloseTo(worse, 4);
  }
  const right = expected.filter(([better = NaN, worse = NaN]) => better > worse).length;
  expect({ pairs: accuracy?.pairs, right: accuracy?.right, ties }).toEqual({ pairs: 2, right, ties: 0 });
});

test("an image of a ranking is scored once, and how far that is is told", async () => {
  const rows = jsonl(...IMAGES.map((image_path, i) => ({ prompt_id: "x", prompt: "a cat", image_path, rank: i + 1 })));
  const { pairs, progress } = await scored(folderWith("metadata.jsonl", rows));
  expect(pairs).toHaveLength(3);
  expect(progress).toEqual(["1/3", "2/3", "3/3"]);
});

test("ties are told apart from what is right or wrong", async () => {
  const tie = { prompt: "a cat", better: "a.png", worse: "b.png", tie: true };
  const table = folderWith("pairs.jsonl", jsonl(tie, { ...tie, tie: false }));
  const all = await scored(table);
  expect(all).toMatchObject({ ties: 1, accuracy: { pairs: 1 }, pairs: [{ tie: true }, { tie: false }] });
  expect(await scored(table, { limit: 1 })).toMatchObject({ ties: 1, accuracy: null, leftOut: 1 });
});

test("a reward that reads is refused for a table without prompts", async () => {
  const table = folderWith("pairs.csv", "better,worse\na.png,b.png\n");
  const error: unknown = await scored(table).catch((caught: unknown) => caught);
  if (!(error instanceof Refusal)) throw new Error("no refusal", { cause: error });
  expect(error.diagnostics[0]).toMatchObject({ code: "score-prompt", at: { file: join(table, "pairs.csv") } });
});

test("of the pairs that come with the program nearly all are ordered right, by either reward", async () => {
  const { examples } = readPairs(modelPath("emoji:pairs"));
  const { accuracy, pairs } = await scored("emoji:pairs", { reward: embedded.rewards.heldOut });
  expect(pairs).toHaveLength(examples.length);
  expect(accuracy?.accuracy.mean).toBeGreaterThan(0.8);
  expect(accuracy?.accuracy.low).toBeLessThan(accuracy?.accuracy.mean ?? 0);
});

test("what was asked to stop stops", async () => {
  const abort = new AbortController();
  const input = scorePairsInput.parse({ reward: "preference", pairs: "emoji:pairs", device: "cpu" });
  const stopped = scorePairs(input, {
    signal: abort.signal,
    async emit(event) {
      if (event.type === "progress") abort.abort();
    },
  });
  await expect(stopped).rejects.toThrow("aborted");
});
