// What the nodes of LoRA that are trained have in common: how large they are, what they change, and what they begin as.

import { z } from "zod";
import { seed } from "../src-main/common/limits.ts";

/** How large one is, and what it changes. @param groups of layers that the network has */
export function loraSizeParams(groups: readonly string[]) {
  const names = ["attention", ...groups];
  return {
    rank: z.int().min(1).max(1024).default(4).meta({
      label: "Rank",
      help: "How much it can hold: 4 for a look or a taste, 32 and more for much. The file grows with it.",
    }),
    alpha: z.number().positive().max(1e6).nullable().default(null).meta({
      label: "Alpha",
      help: "What is learned counts alpha / rank times.",
      empty: "as the rank: once",
    }),
    targets: z
      .string()
      .regex(/\S/, "no layers are named")
      .default("attention")
      .meta({
        label: "Layers",
        help: `What is changed: ${names.join(", ")}, or patterns of paths with * for anything, with commas between them.`,
        suggestions: names.map((_, i) => names.slice(0, i + 1).join(", ")).map((value) => ({ value, label: value })),
      }),
  };
}

/** @param groups of layers that the network has */
export function loraParams(groups: readonly string[]) {
  return z.object({
    ...loraSizeParams(groups),
    start: z.string().default("").meta({
      label: "Start",
      help: "A LoRA of the same layers and rank to go on from.",
      control: "file",
      offers: "lora",
      empty: "a new one",
    }),
    naming: z
      .enum(["kohya", "diffusers"])
      .default("kohya")
      .meta({
        label: "File format",
        help: "How the file calls its tensors. Nearly all programs read kohya's names.",
        choiceLabels: { kohya: "kohya", diffusers: "diffusers and PEFT" },
      }),
    seed: seed.default(0).meta({
      label: "Seed",
      help: "Of the numbers that a new one begins with.",
      control: "seed",
    }),
  });
}

interface Begun {
  readonly alpha: number | null;
  readonly targets: string;
  readonly start: string;
}

/** @param id of the node: two that begin alike are still two */
export function loraSettings<Params extends Begun>(id: string, { alpha, targets, start, ...others }: Params) {
  return {
    id,
    ...others,
    targets: targets.split(/[\s,]+/).filter((target) => target !== ""),
    ...(alpha === null ? {} : { alpha }),
    ...(start === "" ? {} : { start }),
  };
}
