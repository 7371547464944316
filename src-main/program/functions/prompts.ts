// Texts to draw, of which each image gets one.

import { z } from "zod";
import { filePath } from "../../common/path-name.ts";
import { defineFunction } from "../function.ts";

/** The texts themselves, or a file with one a line, of which only the first may be wanted. */
const settings = z.strictObject({
  texts: z.array(z.string()).exactOptional(),
  file: filePath.exactOptional(),
  first: z.int().positive().exactOptional(),
});

export const prompts = defineFunction({
  name: "prompts",
  help: "Texts to draw: each image gets one, drawn by seed, step and image.",
  inputs: {},
  output: "prompts",
  settings,
  paths: ["file"],
  freeze({ texts = [], file, first }, { promptsIn }) {
    return { texts: (file === undefined ? texts : promptsIn(file)).slice(0, first) };
  },
  open({ ref, settings: { texts } }) {
    if (texts === undefined) throw new Error("the file of prompts is read where a program is frozen");
    return { ref, texts, words: (text) => text };
  },
});
