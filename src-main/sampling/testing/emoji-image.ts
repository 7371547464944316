// An image of the emoji pipeline, guided away from a text.

import type { Program } from "../../common/program/program.ts";
import { imageProgram, type ImageProgramOptions } from "../image-program.ts";

export const REQUESTS = [{ prompt: "a red apple", seed: 3 }];

/** What steers it by the edges of an image. */
export const CONTROL = {
  path: "emoji:controlnet",
  picture: "emoji:controlnet/example.png",
  kind: "canny",
  scale: 0.8,
} as const;

/** Of `REQUESTS`. */
export function emojiImage(
  sampling: ImageProgramOptions["sampling"],
  changes: Partial<ImageProgramOptions> = {},
): Program {
  return imageProgram({
    model: { path: "emoji", draws: "pictures" },
    reading: { longPrompts: "cut", promptWeights: "none" },
    prompts: REQUESTS.map(({ prompt }) => prompt),
    negative: { kind: "text", text: "blurry" },
    guidance: 3,
    sampling,
    at: {},
    ...changes,
  });
}

/** Of `emojiImage`, with its guidance rescaled. */
export function rescaled(program: Program): Program {
  const calls = { ...program.calls };
  const { "latent.drawn": latent } = calls;
  if (latent === undefined) throw new Error("the program draws no latent");
  calls["rescaled"] = {
    fn: "rescale guidance",
    inputs: { prediction: "guided.drawn" },
    settings: { factor: 0.7 },
    nodes: [],
  };
  calls["latent.drawn"] = { ...latent, inputs: { prediction: "rescaled" } };
  return { ...program, calls };
}
