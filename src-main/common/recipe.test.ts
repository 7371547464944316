import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { recipe } from "./recipe.ts";

const page = readFileSync(new URL("../../docs/recipe.md", import.meta.url), "utf8");

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

/** `sampler.steps` and so on, for every key that has no keys of its own. */
function paths(schema: JsonSchema, prefix = ""): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) =>
    inner.properties === undefined || key === "size" ? [prefix + key] : paths(inner, `${prefix}${key}.`),
  );
}

test("docs/recipe.md explains every key", () => {
  // A JSON Schema nests objects under `properties`.
  const keys = paths(z.toJSONSchema(recipe, { io: "input" }) as JsonSchema);
  expect(keys.length).toBeGreaterThan(20);
  expect(keys.filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
});

test("every key but the prompts has a default", () => {
  expect(recipe.parse({ prompts: ["a"] })).toMatchObject({ pipeline: "emoji", sampler: { guidance: 7.5 } });
});

test("a key that is not known is refused", () => {
  expect(recipe.safeParse({ prompts: ["a"], learningrate: 1 }).error?.issues[0]?.message).toContain("learningrate");
});
