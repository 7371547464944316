// Images to latents, by a VAE's encoder: the mean of what it says, times the VAE's scale.

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import { floatTensor, type FloatTensor } from "../common/tensor.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Graph } from "../compiler/graph.ts";
import { modelPath } from "../models/embedded.ts";
import { openNetwork } from "../models/networks.ts";
import type { Pipeline } from "../models/pipeline.ts";
import { readPicture, resizePicture, toNetwork } from "../pictures/picture.ts";
import type { PixelSize } from "../program/host.ts";
import type { StageSessions } from "../runtime/stage-sessions.ts";
import { withOpenFile } from "../weights/byte-range.ts";

export interface ImageEncoder {
  /** @returns [channels, height, width] of the image of this number; a folder begins anew after its last */
  readonly encode: (picture: number) => Promise<FloatTensor>;
}

const IMAGES = /\.(png|jpe?g|webp|gif|bmp|tiff?|avif)$/i;

/** @param source an image, or a folder of images in the order of their names */
export function openImageEncoder(
  pipeline: Pipeline,
  source: string,
  size: PixelSize,
  sessions: StageSessions,
): ImageEncoder {
  const files = listImages(modelPath(source));
  const stage = {
    name: "vae encoder",
    build: () => encoderGraph(pipeline, size),
    of: { network: "vae", work: "decoding" },
  } as const;
  const encoded = new Map<string, FloatTensor>();
  return {
    async encode(picture) {
      const file = files[picture % files.length] ?? "";
      const known = encoded.get(file);
      if (known !== undefined) return known;
      const resized = await resizePicture(await readPicture(file), size.width, size.height);
      const sample = floatTensor([1, 3, size.height, size.width], toNetwork(resized));
      const { latent } = await sessions.runShaped(stage, { sample });
      if (latent === undefined) throw new Error("the VAE's encoder has no result");
      const result = floatTensor(latent.shape.slice(1), latent.data);
      encoded.set(file, result);
      return result;
    },
  };
}

function listImages(source: string): string[] {
  if (!isFolder(source)) return [withOpenFile(source, () => source)];
  const files = readdirSync(source)
    .filter((name) => IMAGES.test(name))
    .toSorted();
  if (files.length > 0) return files.map((name) => join(source, name));
  return refuse({
    code: "images-missing",
    at: { file: source },
    message: "there is no image in this folder",
    help: "name a folder with PNG, JPEG or WebP files, or one image",
  });
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** sample [1, 3, height, width] in −1…1 → latent [1, channels, h, w] as the UNet knows it */
function encoderGraph(pipeline: Pipeline, { height, width }: PixelSize): Graph {
  const b = new GraphBuilder();
  const sample = b.input("sample", "float32", [1, 3, height, width]);
  const { latent_parameters: moments } = openNetwork(pipeline.path, "vae_encoder").build(b, { sample });
  if (moments === undefined) throw new Error("a VAE's encoder has the output latent_parameters");
  // The first half of the channels is the mean.
  const mean = b.slice(moments, 1, 0, pipeline.latentChannels);
  b.output("latent", b.scale(mean, pipeline.vaeScaling));
  return b.build();
}
