import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Refusal } from "../common/diagnostic.ts";
import { readPairs } from "../preferences/read-pairs.ts";
import { ratingHandlers } from "./ratings.ts";

const root = mkdtempSync(join(tmpdir(), "ratings-"));
afterAll(() => rmSync(root, { recursive: true }));
const context = { signal: new AbortController().signal };
let count = 0;

function home() {
  const folder = join(root, String(count++));
  return { ratings: join(folder, "ratings"), uploads: join(folder, "uploads") };
}

/** As the page sends it. */
function sent({ uploads }: ReturnType<typeof home>, index: number) {
  const folder = join(uploads, `${index}-${count++}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "image.png"), `image ${index}`);
  return { run: "r", url: "files/r/previews/step-10.png", index, upload: join(folder, "image.png") };
}

test("what is said is a folder of pairs, whole after every answer, with each image once", async () => {
  const at = home();
  const { ratePair, ratings } = ratingHandlers(at);
  await ratePair({ prompt: "a cat", better: sent(at, 0), worse: sent(at, 1), tie: false }, context);
  const again = { run: "r", url: "files/r/previews/step-10.png", index: 1, upload: null };
  const told = await ratePair({ prompt: "a cat", better: again, worse: sent(at, 2), tie: true }, context);
  expect(told.count).toBe(2);
  expect(await ratings({}, context)).toEqual(told);
  const { examples } = readPairs(at.ratings);
  expect(examples.map(({ prompt, isTie }) => [prompt, isTie])).toEqual([
    ["a cat", false],
    ["a cat", true],
  ]);
  expect(readdirSync(at.ratings)).toHaveLength(4);
  expect(readdirSync(at.uploads)).toEqual([]);
});

test("the last answer is taken back", async () => {
  const at = home();
  const { ratePair, undoRating } = ratingHandlers(at);
  await ratePair({ prompt: "", better: sent(at, 0), worse: sent(at, 1), tie: false }, context);
  expect((await undoRating({}, context)).count).toBe(0);
  expect(readFileSync(join(at.ratings, "pairs.jsonl"), "utf8")).toBe("");
  expect((await undoRating({}, context)).count).toBe(0);
});

test("an image that did not arrive, or is no upload, is refused, and nothing is said", async () => {
  const at = home();
  const { ratePair } = ratingHandlers(at);
  const stolen = join(root, "stolen.png");
  writeFileSync(stolen, "");
  for (const upload of [null, stolen]) {
    const asked = ratePair({ prompt: "", better: { ...sent(at, 0), upload }, worse: sent(at, 1), tie: false }, context);
    await expect(asked).rejects.toThrow(Refusal);
  }
  expect(existsSync(stolen)).toBe(true);
  expect(existsSync(join(at.ratings, "pairs.jsonl"))).toBe(false);
});

test("rows that somebody has damaged are not written over", async () => {
  const at = home();
  mkdirSync(at.ratings, { recursive: true });
  writeFileSync(join(at.ratings, "pairs.jsonl"), '{"better": 1}\n');
  const { ratePair, undoRating } = ratingHandlers(at);
  await expect(ratePair({ prompt: "", better: sent(at, 0), worse: sent(at, 1), tie: false }, context)).rejects.toThrow(
    Refusal,
  );
  await expect(undoRating({}, context)).rejects.toThrow(Refusal);
  expect(readFileSync(join(at.ratings, "pairs.jsonl"), "utf8")).toBe('{"better": 1}\n');
});
