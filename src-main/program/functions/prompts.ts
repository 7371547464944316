// Texts to draw, of which each image gets one.

import { z } from "zod";
import { type Place, refuse } from "../../common/diagnostic.ts";
import { countWordings, readDynamicPrompt, wordPrompt } from "../../common/dynamic-prompt.ts";
import { filePath } from "../../common/path-name.ts";
import { type RandomStream, uniformInteger } from "../../diffusion/noise.ts";
import { defineFunction } from "../function.ts";
import type { PromptWordings } from "../values.ts";

/** The first number of a random stream's path: what it is for. Those of learning are listed in learning/draws.ts. */
const WORDS_BY_PLACE = 8;

/** The texts themselves, or a file with one a line, of which only the first may be wanted. */
const settings = z.strictObject({
  texts: z.array(z.string()).exactOptional(),
  file: filePath.exactOptional(),
  first: z.int().positive().exactOptional(),
  /** `{red|green}` stands for one of its words, drawn anew for each image and step. */
  dynamic: z.literal(true).exactOptional(),
  /** Of a frozen program that is dynamic: each line in the words of its place, for those who read it without drawing any. */
  worded: z.array(z.string()).exactOptional(),
});

export const prompts = defineFunction({
  name: "prompts",
  help: "Texts to draw: each image gets one, drawn by seed, step and image.",
  inputs: {},
  output: "prompts",
  settings,
  paths: ["file"],
  infer({ settings: { texts = [], dynamic }, fault }) {
    for (const text of dynamic === true ? texts : []) {
      const { fault: found } = readDynamicPrompt(text);
      if (found !== undefined) fault({ ...found, setting: "texts" });
    }
    return {};
  },
  freeze({ texts = [], file, first, dynamic }, { promptsIn }) {
    const kept = (file === undefined ? texts : promptsIn(file)).slice(0, first);
    if (dynamic === undefined) return { texts: kept };
    const wordings = readWordings(kept, file === undefined ? {} : { file });
    return { texts: kept, dynamic, worded: wordByPlace(kept, wordings) };
  },
  open({ ref, settings: { texts, dynamic } }) {
    if (texts === undefined) throw new Error("the file of prompts is read where a program is frozen");
    const words = (text: string): string => text;
    if (dynamic === undefined) return { ref, texts, words };
    const wordings = readWordings(texts, {});
    return { ref, texts: wordByPlace(texts, wordings), wordings, words };
  },
});

function wordByPlace(texts: readonly string[], wordings: PromptWordings): string[] {
  return texts.map((_, place) => wordings.draw(place, { seed: 0, path: [WORDS_BY_PLACE, place] }));
}

/** @param at where they are written @throws Refusal for braces without their other half */
function readWordings(texts: readonly string[], at: Place): PromptWordings {
  const lines = texts.map((text) => {
    const { prompt, fault } = readDynamicPrompt(text);
    return fault === undefined ? prompt : refuse({ ...fault, at });
  });
  return {
    lines,
    draw(place: number, stream: RandomStream) {
      const line = lines[place];
      if (line === undefined) throw new Error(`there is no prompt ${place}`);
      return wordPrompt(line, (below, choice) => uniformInteger(stream, below, choice));
    },
    count: lines.reduce((sum, line) => sum + countWordings(line), 0),
  };
}
