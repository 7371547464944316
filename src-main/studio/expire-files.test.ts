import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { expireFiles, keepExpiring } from "./expire-files.ts";

const DAY = 24 * 60 * 60;
let folder: string;
const at = (...names: readonly string[]): string => join(folder, ...names);
const home = () => ({
  uploads: at("uploads"),
  exports: at("exports"),
  imports: at("imports"),
  drafts: at("drafts"),
  runs: at("runs"),
  modelsFile: at("models.json"),
  recentFile: at("recent.json"),
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reneg-expire-"));
  for (const name of ["uploads", "exports", "imports", "drafts", "runs"]) mkdirSync(at(name));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(file: string, daysAgo: number, content = "content"): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  const seconds = Date.now() / 1000 - daysAgo * DAY;
  for (const one of [file, dirname(file)]) utimesSync(one, seconds, seconds);
}

test("an upload that nobody opened goes after a day, and the oldest before where they take too much", () => {
  put(at("uploads", "old", "a.png"), 1.1);
  put(at("uploads", "new", "a.png"), 0.1, "x".repeat(600));
  put(at("uploads", "newest", "a.png"), 0, "x".repeat(600));
  expireFiles(home());
  expect([existsSync(at("uploads", "old")), existsSync(at("uploads", "new"))]).toEqual([false, true]);
  expireFiles(home(), Date.now(), 1000);
  expect([existsSync(at("uploads", "new")), existsSync(at("uploads", "newest"))]).toEqual([false, true]);
});

test("what a bundle brought stays while a draft, a recent workflow, a run or a choice names it", () => {
  const names = ["forgotten", "in-draft", "in-recent", "in-run", "chosen", "young"];
  for (const name of names) put(at("imports", `${name}-1234abcd`, "words.txt"), name === "young" ? 1 : 40);
  const naming = (name: string): string => JSON.stringify({ file: at("imports", `${name}-1234abcd`, "words.txt") });
  put(at("drafts", "a.json"), 0, naming("in-draft"));
  put(at("elsewhere", "b.reneg.json"), 0, naming("in-recent"));
  writeFileSync(at("recent.json"), JSON.stringify([{ path: at("elsewhere", "b.reneg.json"), name: "b" }], null, 2));
  put(at("runs", "r", "plan.json"), 0, naming("in-run"));
  writeFileSync(at("models.json"), naming("chosen"));
  expireFiles(home());
  expect(names.filter((name) => existsSync(at("imports", `${name}-1234abcd`)))).toEqual(names.slice(1));
});

test("where it cannot be read what names it, nothing goes, and the studio goes on", () => {
  put(at("imports", "in-recent-1234abcd", "words.txt"), 40);
  symlinkSync("loop", at("loop"));
  writeFileSync(at("recent.json"), JSON.stringify([{ path: at("loop"), name: "loop" }]));
  keepExpiring(home())();
  expect(existsSync(at("imports", "in-recent-1234abcd"))).toBe(true);
});
