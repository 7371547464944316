import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { pairsRecipe } from "./pairs-recipe.ts";
import { learnedSettings, recipeHead, recipeTraining } from "./recipe-training.ts";

const page = readFileSync(new URL("../../docs/recipe.md", import.meta.url), "utf8");
const [section = ""] = page.slice(page.indexOf("\n## A reward from pairs\n") + 1).split(/\n## (?!A reward)/);

/** Of the table of what is learned. */
const rowOf = (kind: unknown): string =>
  section.split("\n").find((line) => line.startsWith(`| \`${String(kind)}\` |`)) ?? "";

interface JsonSchema {
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly prefixItems?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

test("docs/recipe.md explains every key of a recipe from pairs in a section of its own, and those of a reward in its row", () => {
  // A JSON Schema nests objects under `properties`.
  const { properties = {} } = z.toJSONSchema(pairsRecipe, { io: "input" }) as JsonSchema;
  const pairs = Object.keys(properties["pairs"]?.properties ?? {}).map((key) => `pairs.${key}`);
  const kinds = properties["learn"]?.prefixItems?.flatMap(({ oneOf = [] }) => oneOf) ?? [];
  const ofAll = Object.keys(learnedSettings);
  const own = kinds.map(({ properties: { kind, ...keys } = {} }) => ({
    row: rowOf(kind?.const),
    keys: Object.keys(keys).filter((key) => !ofAll.includes(key)),
  }));
  expect([pairs.length, ofAll.length, ...own.map(({ keys }) => keys.length)]).toEqual([3, 3, 7, 8]);
  const absentIn = (text: string, keys: readonly string[]) => keys.filter((key) => !text.includes(`\`${key}\``));
  expect(absentIn(section, [...Object.keys(properties), ...pairs, ...ofAll])).toEqual([]);
  for (const { row, keys } of own) expect(absentIn(row, keys), row).toEqual([]);
});

test("what every recipe says of its training means the same in one from pairs", () => {
  expect(pairsRecipe.shape).toMatchObject({ ...recipeHead, ...recipeTraining });
});

test("pairs may be a path alone, and all but pairs and what is learned has a default", () => {
  const learn = [{ kind: "reward head", base: "clip" }];
  expect(pairsRecipe.parse({ pairs: "votes", learn })).toMatchObject({
    pairs: { path: "votes" },
    steps: 100,
    optimizer: { name: "adamw", learningRate: 5e-3 },
    checkpoints: { every: 20, keep: 3 },
  });
  expect(pairsRecipe.safeParse({ pairs: "votes" }).success).toBe(false);
  expect(pairsRecipe.safeParse({ learn }).success).toBe(false);
});
