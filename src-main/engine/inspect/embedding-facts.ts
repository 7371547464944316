// A negative embedding: where it came from, and what it fits.

import type { EmbeddingMetadata } from "../../common/embedding-metadata.ts";
import { modelsOfSpace, printSpace } from "../../common/embedding-space.ts";
import { recipe as recipeSchema } from "../../common/recipe.ts";
import { readEmbedding } from "../../training/embedding-file.ts";
import { type Description, fact, type Fact } from "./kind.ts";
import { recipeFacts } from "./run-facts.ts";

export function describeEmbedding(file: string): Description {
  const { conditioning, metadata, kind, space } = readEmbedding(file);
  const [, tokens, width] = conditioning.shape;
  const fits =
    space === null ? "unknown: no known model has this shape" : modelsOfSpace(space, metadata?.base.name ?? "");
  return {
    title: metadata === null ? "conditioning of another program" : "learned negative embedding",
    ...(space === null ? {} : { space: space.id }),
    facts: [
      fact("size", `${tokens} tokens of width ${width}`),
      fact("values", printSpread(conditioning.data)),
      ...(space === null ? [] : [fact("made for", `${printSpace(space)}, ${kind}`)]),
      fact("fits", fits),
      ...(metadata === null ? [] : originFacts(metadata)),
    ],
  };
}

function originFacts({ base, rewards, steps, guidance, nullText, createdWith, recipe }: EmbeddingMetadata): Fact[] {
  const roles = rewards.map(({ name, role }) => `${name} (${role})`);
  return [
    fact("learned with", `${base.name}, UNet ${base.unet}`),
    fact("rewards", roles.join(", ")),
    fact("steps done", steps),
    fact("guidance", guidance),
    fact("null text", nullText.hash),
    fact("written by", createdWith),
    ...printRecipe(recipe),
  ];
}

function printRecipe(json: EmbeddingMetadata["recipe"]): Fact[] {
  const recipe = recipeSchema.safeParse(json);
  if (!recipe.success) return [fact("recipe", "in a format that this version does not know")];
  return recipeFacts(recipe.data).map(({ name, value }) => fact(`recipe: ${name}`, value));
}

function printSpread(data: Float32Array): string {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
  return `mean ${mean.toFixed(4)}, deviation ${Math.sqrt(variance).toFixed(4)}`;
}
