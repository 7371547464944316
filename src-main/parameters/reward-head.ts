// A head over a CLIP that is learned: a score of its embeddings.

import { basename } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import type { HeadFormat, RewardOptions } from "../common/reward-options.ts";
import { elementCount, floatTensor, type FloatTensor, sameShape } from "../common/tensor.ts";
import type { ClipReward } from "../models/reward/trained/as-clip.ts";
import { factsOfBase } from "../models/reward/trained/base-reward.ts";
import { writeHead, writeLaionHead } from "../models/reward/trained/head-file.ts";
import { type HeadForm, headShapes } from "../models/reward/trained/head.ts";
import { readTensors } from "../weights/safetensors.ts";
import { kaimingUniform, zeros } from "./lora-factors.ts";
import type { ParameterKind, ParameterTensors } from "./parameter-kind.ts";

export interface RewardHeadSettings extends HeadForm {
  /** The base as the program names it, and how it is opened. */
  readonly path: string;
  readonly options: RewardOptions;
  /** That a new one says of every image. */
  readonly bias: number;
  readonly seed: number;
  /** A head of the same form to go on from; absent: a new one. */
  readonly start?: string | undefined;
  /** `laion`: as the aesthetic predictor lies in its file. */
  readonly format: HeadFormat;
}

export const rewardHeadKind: ParameterKind<RewardHeadSettings, ClipReward> = {
  name: "reward head",
  shapes: ({ clip: { width } }, settings) => headShapes(settings, width),
  async initial(base, settings) {
    const shapes = headShapes(settings, base.clip.width);
    if (settings.start !== undefined) return readStart(settings.start, shapes);
    const tensors: Record<string, FloatTensor> = {};
    for (const [name, shape] of Object.entries(shapes))
      tensors[name] = name === "head.0.weight" ? firstWeight(shape, base, settings) : zeros(shape);
    tensors[settings.hidden === 0 ? "head.0.bias" : "head.1.bias"] = floatTensor([1], [settings.bias]);
    return tensors;
  },
  /** Safetensors that the Reward node opens. */
  async saver(base, _host, { path, options, features, hidden, format }) {
    const facts = { base: factsOfBase(base, path, options), features, hidden };
    return (file, tensors, { createdWith, program, steps }) => {
      const about = { "reneg-studio": JSON.stringify({ createdWith, steps, program }) };
      if (format === "laion") writeLaionHead(file, tensors, facts, about);
      else writeHead(file, tensors, facts, about);
    };
  },
};

/** One linear layer begins as what the CLIP itself says of image and prompt, or as nothing; a layer between begins at random. */
function firstWeight(shape: readonly number[], { clip }: ClipReward, settings: RewardHeadSettings): FloatTensor {
  if (settings.hidden > 0) return kaimingUniform(shape, settings.seed, 0);
  const numbers = new Float32Array(elementCount(shape));
  if (settings.features === "image and prompt") numbers.fill(clip.contrast, clip.width);
  return floatTensor(shape, numbers);
}

function readStart(file: string, shapes: ReturnType<typeof headShapes>): ParameterTensors {
  const found = readTensors(file);
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const tensor = found[name];
    if (tensor?.dtype === "float32" && sameShape(tensor.shape, shape)) return [name, tensor] as const;
    return refuse({
      code: "reward-start",
      at: { file, part: name },
      message: `${basename(file)} is no head of this form`,
      help: "give the head that is trained the features and the layer of the one that it goes on from",
    });
  });
  return Object.fromEntries(tensors);
}
