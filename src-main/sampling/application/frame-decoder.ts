// Latents of frames to images, some at once, by the autoencoder of a target.

import { floatTensor } from "../../common/tensor.ts";
import { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Pipeline } from "../../models/pipeline.ts";
import { lowerDecoder } from "../../program/functions/decode.ts";
import type { Stage, StageSessions } from "../../runtime/stage-sessions.ts";

export interface LatentSize {
  /** Elements. */
  readonly height: number;
  readonly width: number;
}

export interface FrameDecoder {
  readonly stage: Stage;
  /** Frames at once. */
  readonly batch: number;
  readonly size: LatentSize;
  /** Latents [batch, channels, h, w] as the UNet knows them → [batch, 3, H, W] in about −1…1 */
  readonly decode: (latents: Float32Array) => Promise<Float32Array>;
}

export function openFrameDecoder(
  pipeline: Pipeline,
  sessions: StageSessions,
  batch: number,
  size: LatentSize,
): FrameDecoder {
  const shape = [batch, pipeline.latentChannels, size.height, size.width];
  const stage: Stage = {
    name: "vae decoder",
    build() {
      const b = new GraphBuilder();
      b.output("image", lowerDecoder(b, pipeline, b.input("latent", "float32", shape)));
      return b.build();
    },
    of: { network: "vae", work: "decoding" },
  };
  return {
    stage,
    batch,
    size,
    async decode(latents) {
      const { image } = await sessions.run(stage, { latent: floatTensor(shape, latents) });
      if (image === undefined) throw new Error("a stage lacks an output that it was built with");
      return image;
    },
  };
}
