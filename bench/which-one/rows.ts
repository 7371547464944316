// What is compared: recipes that come with the program, all with the same prompts, steps, images and seed.

import { fileURLToPath } from "node:url";
import { z } from "zod";
import { evaluationReport } from "../../src-main/common/evaluation-report.ts";

export interface Row {
  readonly name: string;
  readonly title: string;
  /** Above a column of images. */
  readonly heading: string;
  /** Of resources/recipes. */
  readonly recipe: string;
  /** Goes on from what this other row has learned to an embedding for each prompt. */
  readonly from?: string;
}

export const ROWS: readonly Row[] = [
  { name: "negative-embedding", title: "negative embedding", heading: "negative", recipe: "emoji-quick.json" },
  {
    name: "per-sample",
    title: "per-sample",
    heading: "per-sample",
    recipe: "emoji-quick.json",
    from: "negative-embedding",
  },
  { name: "token-embedding", title: "token embedding, 4 vectors", heading: "token", recipe: "emoji-token.json" },
  { name: "lora", title: "LoRA, rank 4", heading: "LoRA", recipe: "emoji-lora.json" },
  {
    name: "text-encoder-lora",
    title: "text encoder LoRA, rank 4",
    heading: "text LoRA",
    recipe: "emoji-text-encoder-lora.json",
  },
  {
    name: "text-encoder",
    title: "text encoder, last layer",
    heading: "text encoder",
    recipe: "emoji-text-encoder.json",
  },
  {
    name: "embedding-and-lora",
    title: "embedding and LoRA",
    heading: "negative + LoRA",
    recipe: "emoji-embedding-and-lora.json",
  },
];

export const RESULT = "which-one.json";

export const rowResult = z.object({
  report: evaluationReport,
  /** Of training, without evaluation, over all threads. */
  processorSeconds: z.number(),
  /** The most that the process had in memory while it trained, in 2²⁰ bytes. */
  memoryMB: z.number(),
  /** Of the files of what was learned. */
  bytes: z.number(),
});
export type RowResult = z.output<typeof rowResult>;

export function recipeFile({ recipe }: Row): string {
  return fileURLToPath(new URL(`../../resources/recipes/${recipe}`, import.meta.url));
}
