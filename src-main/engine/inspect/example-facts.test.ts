import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { inspectPath } from "../inspect.ts";

const root = mkdtempSync(join(tmpdir(), "example-facts-"));
afterAll(() => rmSync(root, { recursive: true }));

const TABLES = join(import.meta.dirname, "../../preferences/testing");

function inspect(path: string) {
  const { facts, problems, ...rest } = inspectPath(path);
  return { ...rest, problems, facts: Object.fromEntries(facts.map(({ name, value }) => [name, value])) };
}

function folderWith(table: string, content: string): string {
  const folder = mkdtempSync(join(root, "folder-"));
  mkdirSync(folder, { recursive: true });
  for (const name of ["1.png", "2.png"]) writeFileSync(join(folder, name), "");
  writeFileSync(join(folder, table), content);
  return folder;
}

test("a table in Parquet is known with its layout, its rows, where its images are, and what comes next", () => {
  const path = join(TABLES, "pick-a-pic-snappy.parquet");
  const { kind, title, facts, problems } = inspect(path);
  expect([kind, title, problems]).toEqual(["table", "pairs of images in Parquet", []]);
  expect(facts).toMatchObject({
    layout: "Pick-a-Pic",
    rows: "4",
    images: "in it: jpg_0, jpg_1",
    next: `reneg pairs import "${path}" --out "${path.replace(".parquet", "")}"`,
  });
  expect(facts["columns"]).toContain("caption, jpg_0, jpg_1");
  expect(inspect(join(TABLES, "hpd.parquet")).facts).toMatchObject({ layout: "HPD v2", images: "in it: image_path" });
});

test("of one that only names its images it is said where they have to lie", () => {
  const { facts } = inspect(join(TABLES, "image-reward.parquet"));
  expect(facts).toMatchObject({
    layout: "ImageRewardDB",
    rows: "3",
    images: expect.stringContaining("only names them"),
  });
  expect(facts["next"]).toContain(`--out "${TABLES}"`);
});

test("a table in Parquet of something else, and one that is cut off, are told with what is wrong", () => {
  const other = inspect(join(TABLES, "no-pairs.parquet"));
  expect(other).toMatchObject({ kind: "table", title: "table in Parquet", facts: { rows: "1", columns: "text" } });
  expect(other.problems.map(({ code }) => code)).toEqual(["wrong-kind"]);
  const cut = join(root, "cut.parquet");
  writeFileSync(cut, "PAR1 and no more than this");
  expect(inspect(cut).problems.map(({ code }) => code)).toEqual(["parquet-unreadable"]);
});

test("a folder of pairs and its table are pairs, also by the columns alone, and no list of prompts", () => {
  const rows =
    '{"prompt": "a cat", "better": "1.png", "worse": "2.png"}\n{"better": "2.png", "worse": "1.png", "tie": true}\n';
  const folder = folderWith("pairs.jsonl", rows);
  const facts = { layout: "ReNeg Studio", pairs: "2", ties: "1", prompts: "2" };
  expect(inspect(folder)).toMatchObject({ kind: "pairs", facts, problems: [] });
  expect(inspect(join(folder, "pairs.jsonl"))).toMatchObject({ kind: "pairs", facts, problems: [] });
  const hpd = JSON.stringify([{ prompt: "a cat", image_path: ["1.png", "2.png"], human_preference: [0, 1] }]);
  const named = join(folderWith("train.json", hpd), "train.json");
  expect(inspect(named)).toMatchObject({ kind: "pairs", facts: { layout: "HPD v2", pairs: "1" } });
  const prompts = join(folderWith("prompts.csv", "prompt\na cat\n"), "prompts.csv");
  expect(inspect(prompts).kind).toBe("prompts");
});

test("a table of pairs that cannot be used says which row is at fault", () => {
  const folder = folderWith("pairs.csv", "prompt,better,worse\na cat,1.png,9.png\n");
  const { kind, problems } = inspect(folder);
  expect([kind, problems[0]?.code, problems[0]?.at.part]).toEqual(["pairs", "example-image", "row 1"]);
});

test("a folder of rated images says how many, and from what to what", () => {
  const folder = folderWith("ratings.csv", "image,rating\n1.png,7\n2.png,3.5\n");
  expect(inspect(folder)).toMatchObject({ kind: "ratings", facts: { images: "2", ratings: "3.5 … 7" }, problems: [] });
});
