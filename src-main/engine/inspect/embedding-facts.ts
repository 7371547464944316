// A negative embedding: where it came from, and what it fits.

import { counted } from "../../common/counted.ts";
import { drawingRecipe } from "../../common/drawing-recipe.ts";
import type { EmbeddingMetadata, EmbeddingOperation } from "../../common/embedding-metadata.ts";
import { modelsOfSpace, printSpace } from "../../common/embedding-space.ts";
import { program as programSchema } from "../../common/program/program.ts";
import type { LearnedEmbedding, TokenEmbedding } from "../../embeddings/embedding-file.ts";
import { readContents } from "../../embeddings/embedding-formats.ts";
import { findEmbedding } from "../../embeddings/embedding-tensors.ts";
import { readByEncoder, type WordsOfTwo } from "../../embeddings/words-by-encoder.ts";
import { attempt } from "./attempt.ts";
import { type Description, fact, type Fact, type File } from "./kind.ts";
import { programFacts } from "./program-facts.ts";
import { drawingFacts } from "./recipe-facts.ts";
import { looksLikeSafetensors } from "./safetensors-facts.ts";

/** Embeddings of every kind, and what could be one but cannot be used. */
export function isEmbedding(file: File): boolean {
  if (!looksLikeSafetensors(file) && !PYTORCH_OR_NUMPY.test(Buffer.from(file.head).toString("latin1"))) return false;
  const { value: found, problems } = attempt(() => findEmbedding(file.path, readContents(file.path).tensors));
  if (found === undefined) return problems.some(({ code }) => UNUSABLE.has(code));
  // An array without a name may be anything; one with the axes of an embedding is hardly something else.
  const { part, location } = found;
  return part !== "" || (location.shape.length === 3 && location.shape[0] === 1);
}

const PYTORCH_OR_NUMPY = /^(PK\x03\x04|\x80[\x02-\x05]|\x93NUMPY)/;
const UNUSABLE = new Set(["embedding-options", "embedding-ambiguous", "embedding-several", "embedding-sdxl"]);

export function describeEmbedding(file: string): Description {
  const embedding = readByEncoder(file);
  if (embedding.kind === "two encoders") return describeWordsOfTwo(embedding);
  return embedding.kind === "tokens" ? describeWords(embedding) : describeLearned(embedding);
}

function describeWords({ name, vectors }: TokenEmbedding): Description {
  const [count = 0, width] = vectors.shape;
  return {
    title: "textual inversion",
    facts: [
      fact("word", name),
      fact("size", `${counted(count, "word vector")} of width ${width}`),
      fact("values", printSpread(vectors.data)),
      fact("fits", MODELS_OF_WIDTH[width ?? 0] ?? `models whose text encoder has width ${width}`),
      fact("use", "as a negative embedding; it goes through the text encoder of the pipeline"),
    ],
  };
}

function describeWordsOfTwo({ clip_l, clip_g }: WordsOfTwo): Description {
  const [count = 0, width] = clip_l.vectors.shape;
  return {
    title: "textual inversion for two text encoders",
    facts: [
      fact("size", `${counted(count, "word vector")} of width ${width} and of width ${clip_g.vectors.shape[1]}`),
      fact("values", `${printSpread(clip_l.vectors.data)}; ${printSpread(clip_g.vectors.data)}`),
      fact("fits", "Stable Diffusion XL and its fine-tunes, which are not drawn here"),
      fact("use", "in other programs; it can be joined with others"),
    ],
  };
}

const MODELS_OF_WIDTH: Readonly<Record<number, string>> = {
  768: "Stable Diffusion 1.x and its fine-tunes",
  1024: "Stable Diffusion 2.x and its fine-tunes",
};

function describeLearned({ conditioning, metadata, kind, space }: LearnedEmbedding): Description {
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

function originFacts(metadata: EmbeddingMetadata): Fact[] {
  const { base, rewards, steps, guidance, nullText, createdWith, recipe, program, operations = [] } = metadata;
  const roles = rewards.map(({ name, role }) => `${name} (${role})`);
  return [
    fact("learned with", `${base.name}, UNet ${base.unet}`),
    fact("rewards", roles.join(", ")),
    fact("steps done", steps),
    fact("guidance", guidance),
    fact("null text", nullText.hash),
    fact("written by", createdWith),
    ...operations.map((operation) => fact("then combined", printOperation(operation))),
    ...(recipe === undefined ? [] : printRecipe(recipe)),
    ...(program === undefined ? [] : printProgram(program)),
  ];
}

function printOperation({ parts, strength }: EmbeddingOperation): string {
  const named = parts.map((part) => `${part.weight} × ${"file" in part ? part.file : `"${part.text}"`}`);
  return `${named.join(" + ")}${strength === 1 ? "" : `, at strength ${strength}`}`;
}

function printRecipe(json: Readonly<Record<string, unknown>>): Fact[] {
  const recipe = drawingRecipe.safeParse(json);
  if (!recipe.success) return [fact("recipe", "in a format that this version does not know")];
  return drawingFacts(recipe.data).map(({ name, value }) => fact(`recipe: ${name}`, value));
}

function printProgram(json: Readonly<Record<string, unknown>>): Fact[] {
  const program = programSchema.safeParse(json);
  if (!program.success) return [fact("program", "in a format that this version does not know")];
  return programFacts(program.data).map(({ name, value }) => fact(`program: ${name}`, value));
}

function printSpread(data: Float32Array): string {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
  return `mean ${mean.toFixed(4)}, deviation ${Math.sqrt(variance).toFixed(4)}`;
}
