import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { pairsRecipe } from "./pairs-recipe.ts";
import { recipeHead, recipeTraining } from "./recipe-training.ts";

const page = readFileSync(new URL("../../docs/recipe.md", import.meta.url), "utf8");
const [section = ""] = page.slice(page.indexOf("\n## A reward from pairs\n") + 1).split(/\n## (?!A reward)/);

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly prefixItems?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

test("docs/recipe.md explains every key of a recipe from pairs in a section of its own", () => {
  // A JSON Schema nests objects under `properties`.
  const { properties = {} } = z.toJSONSchema(pairsRecipe, { io: "input" }) as JsonSchema;
  const pairs = Object.keys(properties["pairs"]?.properties ?? {}).map((key) => `pairs.${key}`);
  const kinds = properties["learn"]?.prefixItems?.flatMap(({ oneOf = [] }) => oneOf) ?? [];
  const learned = kinds.flatMap((kind) => Object.keys(kind.properties ?? {})).filter((key) => key !== "kind");
  expect([pairs.length, kinds.length, learned.length]).toEqual([3, 2, 21]);
  const keys = [...Object.keys(properties), ...pairs, ...learned];
  expect(keys.filter((key) => !section.includes(`\`${key}\``))).toEqual([]);
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
