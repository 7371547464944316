import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { refusalOf } from "../common/testing/refusal-of.ts";
import { readPairs } from "./read-pairs.ts";

const root = mkdtempSync(join(tmpdir(), "pairs-"));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;

/** A folder with four images and a table. */
function folderWith(table: string, content: string): string {
  const folder = join(root, String(count++));
  mkdirSync(join(folder, "images"), { recursive: true });
  for (const name of ["1.png", "2.png", "3.png", "images/4.jpg", "uid-a.jpg", "uid-b.jpg"])
    writeFileSync(join(folder, name), "");
  writeFileSync(join(folder, table), content);
  return folder;
}

const jsonl = (...rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** `a cat: 1.png > 2.png`, with the paths from the folder on. */
function told(folder: string): string[] {
  const { examples } = readPairs(folder);
  return examples.map(({ prompt, better, worse, isTie }) => {
    const [one, other] = [better, worse].map((source) =>
      source.kind === "file" ? source.file.slice(folder.length + 1) : `${source.bytes.length} bytes`,
    );
    return `${prompt}: ${one} ${isTie ? "=" : ">"} ${other}`;
  });
}

function faultOf(folder: string): string {
  const [found] = refusalOf(() => readPairs(folder)).diagnostics;
  return `${found?.code} ${found?.at.part ?? ""}`;
}

test("rows say which of two images is better, or that neither is", () => {
  const rows = jsonl(
    { prompt: "a cat", better: "1.png", worse: "2.png" },
    { prompt: "a dog", better: "images/4.jpg", worse: "3.png", tie: true },
  );
  expect(told(folderWith("pairs.jsonl", rows))).toEqual(["a cat: 1.png > 2.png", "a dog: images/4.jpg = 3.png"]);
});

test("a table with commas says the same", () => {
  const rows = 'prompt,better,worse,tie\n"a cat, black",1.png,2.png,\n,3.png,2.png,true\n';
  expect(told(folderWith("pairs.csv", rows))).toEqual(["a cat, black: 1.png > 2.png", ": 3.png = 2.png"]);
});

test("rows of HPD v2 are read", () => {
  const json = JSON.stringify([{ prompt: "a cat", image_path: ["1.png", "2.png"], human_preference: [0, 1] }]);
  expect(told(folderWith("train.json", json))).toEqual(["a cat: 2.png > 1.png"]);
  const csv = 'prompt,image_path,human_preference\na cat,"[""1.png"", ""2.png""]","[1, 0]"\n';
  expect(told(folderWith("train.csv", csv))).toEqual(["a cat: 1.png > 2.png"]);
});

test("rows of Pick-a-Pic are read, with images that are named by their ids, and ties of a half each", () => {
  const of = { caption: "a cat", image_0_uid: "uid-a", image_1_uid: "uid-b" };
  const rows = jsonl(
    { ...of, label_0: 0, label_1: 1 },
    { ...of, label_0: 0.5, label_1: 0.5 },
    { ...of, label_0: 0, label_1: 0, has_label: false },
  );
  expect(told(folderWith("rows.jsonl", rows))).toEqual([
    "a cat: uid-b.jpg > uid-a.jpg",
    "a cat: uid-a.jpg = uid-b.jpg",
  ]);
});

test("ranks of ImageRewardDB become pairs of those images of a prompt that differ", () => {
  const rows = jsonl(
    { prompt_id: "x", prompt: "a cat", image_path: "1.png", rank: 2 },
    { prompt_id: "x", prompt: "a cat", image_path: "2.png", rank: 1 },
    { prompt_id: "x", prompt: "a cat", image_path: "3.png", rank: 2 },
    { prompt_id: "y", prompt: "a dog", image_path: "images/4.jpg", rank: 1 },
  );
  expect(told(folderWith("metadata.jsonl", rows))).toEqual(["a cat: 2.png > 1.png", "a cat: 2.png > 3.png"]);
});

test.each([
  ["an image that is not there", "example-image row 2", { better: "9.png", worse: "2.png" }],
  ["an image outside of the folder", "example-image row 2", { better: "../0/1.png", worse: "2.png" }],
  ["an image on the web", "example-image row 2", { better: "https://example.org/1.png", worse: "2.png" }],
  ["an image of another computer", "example-image row 2", { better: "//server/1.png", worse: "2.png" }],
  ["an image against itself", "example-invalid row 2", { better: "2.png", worse: "2.png" }],
  ["a folder in place of an image", "example-image row 2", { better: "images", worse: "2.png" }],
])("%s is refused with its row", (_, code, row) => {
  const folder = folderWith("pairs.jsonl", jsonl({ better: "1.png", worse: "2.png" }, row));
  expect(faultOf(folder)).toBe(code);
});

const RECIPE = JSON.stringify({ pairs: ".", learn: [{ kind: "reward lora", base: "clip" }] });

test.each([
  ["a table called as usual", "pairs.csv"],
  ["any other table", "votes.csv"],
  ["a table in JSON", "votes.json"],
])("%s is read beside a recipe that learns from it, and beside other files that hold no rows", (_, table) => {
  const row = { prompt: "a cat", better: "1.png", worse: "2.png" };
  const rows = table.endsWith(".json") ? `\n [${JSON.stringify(row)}]` : "prompt,better,worse\na cat,1.png,2.png\n";
  const folder = folderWith(table, rows);
  writeFileSync(join(folder, "recipe.json"), RECIPE);
  writeFileSync(join(folder, "pairs.json"), `\ufeff\n${RECIPE}`);
  writeFileSync(join(folder, "utf-16.json"), Buffer.from(`\ufeff${RECIPE}`, "utf16le"));
  expect(told(folder)).toEqual(["a cat: 1.png > 2.png"]);
});

test("a folder with a recipe alone is said to hold no table, and a recipe in place of one is no list of rows", () => {
  const folder = folderWith("recipe.json", RECIPE);
  expect(refusalOf(() => readPairs(folder)).diagnostics).toMatchObject([
    { code: "table-missing", message: expect.stringContaining("recipe.json is no list of rows") as unknown },
  ]);
  expect(faultOf(join(folder, "recipe.json"))).toBe("table-damaged ");
});

test("tables that say nothing of pairs are refused", () => {
  expect(faultOf(folderWith("pairs.jsonl", ""))).toBe("pairs-empty ");
  expect(faultOf(folderWith("pairs.jsonl", jsonl({ image: "1.png" })))).toBe("pairs-columns ");
  expect(faultOf(folderWith("pairs.jsonl", "{\n"))).toBe("table-damaged line 1");
  expect(faultOf(folderWith("pairs.csv", 'better,worse\n"1.png,2.png\n'))).toBe("table-damaged row 2");
  expect(faultOf(folderWith("notes.txt", ""))).toBe("table-missing ");
  expect(faultOf(join(root, "absent"))).toBe("file-missing ");
});
