// What a recipe that draws has learned: kinds, and what is said of each. Ranges and defaults are those of the nodes that they stand for.

import { z } from "zod";
import { savedPlace } from "./program/saved-name.ts";
import { learnedSettings, newLora } from "./recipe-training.ts";

const lora = {
  ...newLora,
  naming: z.enum(["kohya", "diffusers"]).optional(),
  ...learnedSettings,
};

const item = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("negative embedding"), ...learnedSettings }),
  z.strictObject({
    kind: z.literal("token embedding"),
    vectors: z.int().optional(),
    /** Of the word that stands for the vectors: `embedding:NAME`. */
    name: z.string().optional(),
    /** A negative prompt with `embedding:NAME` where the vectors stand; absent: the vectors alone. */
    around: z.string().optional(),
    naming: z.enum(["diffusers", "a1111", "a1111-pt"]).optional(),
    ...learnedSettings,
  }),
  z.strictObject({ kind: z.literal("lora"), ...lora }),
  z.strictObject({ kind: z.literal("text encoder lora"), ...lora }),
  z
    .strictObject({
      kind: z.literal("text encoder"),
      /** From the end; `null`: the whole encoder. */
      layers: z.int().nullable().optional(),
      /** A folder that holds a text encoder, or the model's single file with it. */
      form: z.enum(["transformers", "checkpoint"]).optional(),
      ...learnedSettings,
      saveAs: savedPlace.optional(),
    })
    .refine(({ form, saveAs }) => saveAs === undefined || saveAs.endsWith(".safetensors") === (form === "checkpoint"), {
      path: ["saveAs"],
      message: "a checkpoint is called by a name that ends in .safetensors, and a transformers folder is not",
    }),
]);
export type LearnedItem = z.output<typeof item>;
export type LearnedKind = LearnedItem["kind"];

/** What each changes, of which a recipe has one. */
const PLACES = {
  "negative embedding": "what stands on the negative side",
  "token embedding": "what stands on the negative side",
  lora: "the UNet",
  "text encoder lora": "the text encoder",
  "text encoder": "the text encoder",
} as const satisfies Readonly<Record<LearnedKind, string>>;

export const learnedItems = z
  .array(item)
  .min(1)
  .superRefine((items, context) => {
    for (const [i, { kind }] of items.entries()) {
      const first = items.findIndex((other) => PLACES[other.kind] === PLACES[kind]);
      if (first === i) continue;
      context.addIssue({
        code: "custom",
        path: [i, "kind"],
        message: `${PLACES[kind]} is changed by learn.${first} already; a workflow can learn several`,
      });
    }
  });

/** What of the text encoder is learned, if anything is. */
export function encoderItem(items: readonly LearnedItem[]): LearnedItem | undefined {
  return items.find(({ kind }) => PLACES[kind] === PLACES["text encoder"]);
}

export function isEmbedding(
  given: LearnedItem,
): given is Extract<LearnedItem, { readonly kind: "negative embedding" | "token embedding" }> {
  return PLACES[given.kind] === PLACES["negative embedding"];
}
