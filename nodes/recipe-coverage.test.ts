import { expect, test } from "vitest";
import { z } from "zod";
import { recipe as recipeSchema } from "../src-main/common/recipe.ts";
import { nodeTypes } from "./index.ts";
import { add, emoji, recipeOf, secondBranch, set, toControlNets, toVideo, wire } from "./testing/emoji-workflow.ts";
import { template } from "./testing/templates.ts";

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

/** Every key that a recipe can have, lists and alternatives included: `previews.sampler.steps` and so on. */
function keysOf({ properties = {}, items, anyOf = [] }: JsonSchema, prefix = ""): string[] {
  const own = Object.entries(properties).flatMap(([key, inner]) => [
    prefix + key,
    ...keysOf(inner, `${prefix}${key}.`),
  ]);
  return [...own, ...[...(items ? [items] : []), ...anyOf].flatMap((inner) => keysOf(inner, prefix))];
}

function keysIn(value: unknown, prefix = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => keysIn(item, prefix));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [prefix + key, ...keysIn(inner, `${prefix}${key}.`)]);
}

test("whatever a recipe can say, a workflow can say", () => {
  const load = [add("load", "embedding/load", { file: "a" }), wire("load.embedding", "negative.start")];
  const all = emoji(
    ...load,
    ...secondBranch,
    add("other", "view/preview"),
    wire("decoder-2.image", "other.image"),
    wire("load.embedding", "cfg-2.negative"),
    add("compare", "view/compare"),
    add("compare-2", "view/compare"),
    add("own", "learning/per-sample"),
    add("own-2", "learning/per-sample"),
    ...["compare", "compare-2", "own", "own-2"].flatMap((id) => [
      wire("optimizer.embedding", `${id}.learned`),
      wire("prompts.prompts", `${id}.prompts`),
    ]),
    ...toVideo,
    ...toControlNets,
    set("video", "base", "sd21"),
    ...Object.entries({ width: 64, height: 64, guidance: 5, scheduler: "ddim", eta: 0.5, rescale: 0.7 }).map(
      ([name, value]) => set("film", name, value),
    ),
    set("film", "betaSchedule", "linear"),
    set("film", "fps", 12),
    set("film", "sharedNoise", 0.5),
    set("film", "toldFps", 24),
    set("prompts", "first", 5),
    set("encoder", "embeddings", "words"),
    set("pipeline", "tokenizer", "words"),
    set("pipeline", "prediction", "v"),
    set("pipeline", "weights", "ema"),
    set("pipeline", "base", "lender"),
    set("unet", "height", 64),
    set("unet", "width", 64),
    set("optimizer", "emaDecay", 0.5),
    ...["reward", "held-out"].flatMap((id) => [
      set(id, "kind", "clip"),
      set(id, "scale", "cosine"),
      set(id, "antialias", false),
    ]),
  );
  const byText = add("text", "embedding/negative", { text: "ugly" });
  const written = emoji(
    ...secondBranch,
    byText,
    wire("pipeline.encoder", "text.encoder"),
    wire("text.embedding", "cfg-2.negative"),
    add("other", "view/preview"),
    wire("decoder-2.image", "other.image"),
    set("negative", "text", "blurry"),
  );
  const said = new Set([...keysIn(recipeOf(all)), ...keysIn(recipeOf(written))]);
  // A JSON Schema has these keys.
  const keys = keysOf(z.toJSONSchema(recipeSchema, { io: "input" }) as JsonSchema);
  expect(keys.length).toBeGreaterThan(50);
  expect(keys.filter((key) => !said.has(key))).toEqual([]);
});

test("every node type takes part in some workflow of these tests or the templates", () => {
  const used = new Set(
    [
      emoji(...toVideo, ...toControlNets),
      template("several-rewards"),
      template("per-sample"),
      template("learn-sd15"),
    ].flatMap(({ graph }) => Object.values(graph.nodes).map(({ type }) => type)),
  );
  const added = ["embedding/load", "evaluation/evaluate", "canvas/group"];
  expect([...nodeTypes.keys()].filter((type) => !used.has(type))).toEqual(added);
});
