// A model that draws videos, which what was learned can be applied to.

import { z } from "zod";
import { filePath } from "../../common/path-name.ts";
import { defineFunction } from "../function.ts";

export const videoModel = defineFunction({
  name: "video model",
  help: "A model that draws videos, to apply what was learned to.",
  inputs: {},
  output: "video model",
  settings: z.strictObject({
    path: filePath,
    /** What motion modules move, or what lends a lone video UNet its text encoder and autoencoder. */
    base: filePath.exactOptional(),
  }),
  paths: ["path", "base"],
  open() {
    // An application names its files itself, and no function takes a video model yet.
    throw new Error("a video model is applied to, and part of no graph");
  },
});
