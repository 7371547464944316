// What a call of `prompts` of a frozen program draws where its texts are used in order, for those who read a program without opening it.

import { z } from "zod";
import type { Call } from "./program.ts";

const textList = z.array(z.string());

/** Of lines in which words are drawn, each in the words of its place. `undefined`: it says none, as an earlier version's may. */
export function promptTexts({ settings }: Pick<Call, "settings">): string[] | undefined {
  return textList.safeParse(settings["worded"] ?? settings["texts"]).data;
}
