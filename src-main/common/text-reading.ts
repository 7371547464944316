// How prompts and negatives are read: what becomes of long ones, which syntax of weights counts, and where learned words lie.

import { z } from "zod";
import { filePath } from "./path-name.ts";

/** `chunks`: as many contexts as the text fills, one behind the other, as other programs do; `cut`: the first alone. */
export const longPrompts = z.enum(["cut", "chunks"]);

/**
 * `a1111`: (word:1.3), ((word)), [word] and BREAK, as the stable-diffusion-webui reads them; `compel`: word++, (some words)1.3, as
 * Compel does; `none`: a text is its letters.
 */
export const promptWeights = z.enum(["none", "a1111", "compel"]);

export type PromptWeights = z.output<typeof promptWeights>;

/** As far as it needs no files. */
export const textSyntaxOptions = {
  longPrompts: longPrompts.default("cut"),
  promptWeights: promptWeights.default("none"),
};

export const textReadingOptions = {
  ...textSyntaxOptions,
  /** The folder of the word vectors that `embedding:NAME` stands for. */
  embeddings: filePath.optional(),
};

const textReading = z.object(textReadingOptions);
export type TextReading = z.output<typeof textReading>;

export const PLAIN_READING: TextReading = { longPrompts: "cut", promptWeights: "none" };
