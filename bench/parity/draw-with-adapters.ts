// A picture of the embedded pipeline from given noise, with LoRA from files and word vectors in its texts.

import { emojiProgram, type EmojiOptions } from "../../src-main/learning/testing/emoji-program.ts";
import type { StageSessions } from "../../src-main/runtime/stage-sessions.ts";
import { type ImageDrawer, openImageDrawer } from "../../src-main/sampling/draw-images.ts";
import { openRun } from "../../src-main/sampling/open-run.ts";
import { rollOut } from "../../src-main/sampling/roll-out.ts";

export interface AdaptedDrawing {
  /** [1, 4, 16, 16] */
  readonly noise: Float32Array;
  readonly prompt: string;
  readonly steps: number;
  readonly guidance: number;
  /** One after another, of the UNet and of the text encoder. */
  readonly loras?: readonly { readonly file: string; readonly strength: number }[];
  /** In place of the pipeline's own. */
  readonly textEncoder?: string;
  readonly negative?: { readonly text: string; readonly embeddings?: string };
}

/** [1, 3, height, width] in 0…1 */
export async function drawWithAdapters(drawing: AdaptedDrawing, sessions: StageSessions): Promise<Float32Array> {
  const { prompt, steps, guidance, loras = [], negative = { text: "" }, textEncoder } = drawing;
  const calls: Record<string, NonNullable<EmojiOptions["calls"]>[string]> = {};
  let [unet, encoder] = ["pipeline.unet", "pipeline.encoder"];
  if (textEncoder !== undefined)
    for (const part of ["unet", "vae", "text encoder"])
      calls[part === "text encoder" ? encoder : `pipeline.${part}`] = {
        fn: part,
        settings: { path: "emoji", textEncoder },
      };
  for (const [i, settings] of loras.entries()) {
    calls[`unet${i}`] = { fn: "load lora", inputs: { unet }, settings };
    calls[`encoder${i}`] = { fn: "load text encoder lora", inputs: { encoder }, settings };
    [unet, encoder] = [`unet${i}`, `encoder${i}`];
  }
  const program = emojiProgram({
    prompts: [prompt],
    guidance,
    sampler: { steps, scheduler: "ddim", gradient: { kind: "foreseen", last: 1, count: 1 } },
    calls: {
      ...calls,
      unet: { fn: "model", inputs: { unet } },
      encoder: { fn: "encode", inputs: { encoder, prompts: "prompts" } },
      negative: { fn: "encode text", inputs: { encoder }, settings: { ...negative } },
    },
  });
  const run = await openRun({ ...program, updates: {}, sinks: {} }, { device: "cpu", sessions });
  return drawFromNoise(openImageDrawer(run, "decoder", 1), drawing);
}

/** @param drawer of an image whose prompts are the call `prompts` → [1, 3, height, width] in 0…1 */
export async function drawFromNoise(
  drawer: ImageDrawer,
  { noise, prompt }: Pick<AdaptedDrawing, "noise" | "prompt">,
): Promise<Float32Array> {
  const [sampler] = drawer.samplers;
  if (sampler === undefined) throw new Error("an image has a sampler");
  const moment = { texts: new Map([["prompts", [prompt]]]), parameters: new Map() };
  const { sample } = await rollOut(sampler, noise, moment);
  const image = await drawer.decode({ ...moment, given: new Map([[sampler.sampler.ref, sample]]) });
  return image.map((value) => Math.min(1, Math.max(0, value / 2 + 0.5)));
}
