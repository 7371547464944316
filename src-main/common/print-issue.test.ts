import { expect, test } from "vitest";
import { z } from "zod";
import { printIssue } from "./print-issue.ts";

const schema = z.object({
  frames: z.int().min(1).max(256),
  share: z.number().positive(),
  name: z.string(),
  side: z.number().max(8, "sides are short"),
});

function wordsFor(changes: object): string[] {
  const given = { frames: 8, share: 1, name: "x", side: 8, ...changes };
  return schema.safeParse(given, { reportInput: true }).error?.issues.map(printIssue) ?? [];
}

test("bounds are told with the number that is beyond them", () => {
  expect(wordsFor({ frames: 1000 })).toEqual(["it must be at most 256; here it is 1000"]);
  expect(wordsFor({ frames: 0 })).toEqual(["it must be at least 1; here it is 0"]);
  expect(wordsFor({ share: 0 })).toEqual(["it must be more than 0; here it is 0"]);
});

test("words that a schema has for itself stay, and long values are left out", () => {
  expect(wordsFor({ side: 9 })).toEqual(["sides are short; here it is 9"]);
  expect(wordsFor({ name: Array.from({ length: 99 }, () => 1) })).toEqual([
    "invalid input: expected string, received array",
  ]);
  expect(wordsFor({ name: undefined })).toEqual(["invalid input: expected string, received undefined"]);
});
