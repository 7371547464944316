import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { drawingRecipe } from "./drawing-recipe.ts";

const page = readFileSync(new URL("../../docs/recipe.md", import.meta.url), "utf8");

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

/** `sampler.steps` and so on, for every key that has no keys of its own. */
function paths(schema: JsonSchema, prefix = ""): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) =>
    inner.properties === undefined || key === "size" ? [prefix + key] : paths(inner, `${prefix}${key}.`),
  );
}

test("docs/recipe.md explains every key", () => {
  // A JSON Schema nests objects under `properties`.
  const keys = paths(z.toJSONSchema(drawingRecipe, { io: "input" }) as JsonSchema);
  expect(keys.length).toBeGreaterThan(20);
  expect(keys.filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
});

test("docs/recipe.md explains every key of a reward", () => {
  // As above.
  const schema = z.toJSONSchema(drawingRecipe, { io: "input" }) as JsonSchema;
  const keys = Object.keys(schema.properties?.["rewards"]?.items?.properties ?? {});
  expect(keys).toContain("antialias");
  expect(keys.filter((key) => !page.includes(`\`rewards[].${key}\``))).toEqual([]);
});

test("a held-out reward may be a path alone", () => {
  const { heldOut } = drawingRecipe.parse({ prompts: ["a"], heldOut: ["/r", { path: "/s", antialias: false }] });
  expect(heldOut).toEqual([{ path: "/r" }, { path: "/s", antialias: false }]);
  expect(drawingRecipe.safeParse({ prompts: ["a"], heldOut: [{ path: "/r", weight: 2 }] }).success).toBe(false);
});

test("every key but the prompts has a default", () => {
  expect(drawingRecipe.parse({ prompts: ["a"] })).toMatchObject({ pipeline: "emoji", sampler: { guidance: 7.5 } });
});

test("a key that is not known is refused", () => {
  expect(drawingRecipe.safeParse({ prompts: ["a"], learningrate: 1 }).error?.issues[0]?.message).toContain(
    "learningrate",
  );
});
