// An image that exists: of a file, or drawn by a model that is not part of the program.

import { z } from "zod";
import { defineFunction } from "../function.ts";

export const givenImage = defineFunction({
  name: "given image",
  help: "An image that exists, of this size.",
  inputs: { prompts: { kind: "prompts", optional: true } },
  output: "image",
  /** Pixels. */
  settings: z.strictObject({
    size: z.strictObject({ height: z.int().positive(), width: z.int().positive() }),
  }),
  infer: ({ inputs: { prompts } }) => (prompts === undefined ? {} : { prompts: prompts.ref }),
  open: ({ ref, inputs: { prompts }, settings: { size } }) => ({
    ref,
    size,
    frames: 1,
    prompts: prompts ?? null,
    lower: (lowering) =>
      lowering.input(`image ${ref}`, [lowering.batch, 3, size.height, size.width], { rate: "given", value: ref }),
  }),
});
