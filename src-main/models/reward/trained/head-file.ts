// Files of trained heads: ours, and the layout of LAION's aesthetic predictor for those that are one linear layer over the image.

import { z } from "zod";
import { jsonOrNull } from "../../../common/json-or-null.ts";
import { headFeatures } from "../../../common/reward-options.ts";
import { floatTensor, type FloatTensor } from "../../../common/tensor.ts";
import { readSafetensorsHeader, writeSafetensors } from "../../../weights/safetensors.ts";
import { parseConfig } from "../../parse-config.ts";
import { baseFacts, type BaseFacts } from "./base-reward.ts";

/** The key of a file's metadata that says what it is. */
const FACTS = "reneg-reward";

const headFacts = z.object({
  base: baseFacts,
  features: headFeatures,
  hidden: z.int().nonnegative(),
});
export type HeadFacts = z.output<typeof headFacts>;

export type HeadTensors = Readonly<Record<string, FloatTensor>>;

/** What a trained reward says of itself; `undefined`: nothing. @throws Refusal if it is damaged */
export function readTrainedFacts<Facts>(file: string, schema: z.ZodType<Facts>): Facts | undefined {
  const told = file.endsWith(".safetensors") ? readSafetensorsHeader(file).metadata[FACTS] : undefined;
  if (told === undefined) return undefined;
  const help = "train it anew, or take an older copy";
  return parseConfig(schema, jsonOrNull(told), file, { code: "reward-damaged", help });
}

export function readHeadFacts(file: string): HeadFacts | undefined {
  return readTrainedFacts(file, headFacts);
}

export function trainedMetadata(facts: unknown, about: Readonly<Record<string, string>>): Record<string, string> {
  return { [FACTS]: JSON.stringify(facts), ...about };
}

export function writeHead(
  file: string,
  tensors: HeadTensors,
  facts: HeadFacts,
  about: Readonly<Record<string, string>>,
): void {
  writeSafetensors(file, tensors, trainedMetadata(facts, about));
}

/** Outputs of the predictor's layers, which stand at these places of its nn.Sequential: dropouts lie between. */
const LAION = [
  [0, 1024],
  [2, 128],
  [4, 64],
  [6, 16],
  [7, 1],
] as const;

/** One linear layer as five: the first computes the score, and the others hand it on. Only a head without a layer between is affine. */
export function writeLaionHead(
  file: string,
  { "head.0.weight": weight, "head.0.bias": bias }: HeadTensors,
  { base }: { readonly base: BaseFacts },
  about: Readonly<Record<string, string>>,
): void {
  if (weight === undefined || bias === undefined || weight.shape[0] !== 1) {
    throw new Error("LAION's layout holds one linear layer");
  }
  const tensors: Record<string, FloatTensor> = {};
  let inputs = weight.data.length;
  for (const [place, outputs] of LAION) {
    const matrix = new Float32Array(outputs * inputs);
    const offsets = new Float32Array(outputs);
    if (place === 0) {
      matrix.set(weight.data);
      offsets.set(bias.data);
    } else matrix[0] = 1;
    tensors[`layers.${place}.weight`] = floatTensor([outputs, inputs], matrix);
    tensors[`layers.${place}.bias`] = floatTensor([outputs], offsets);
    inputs = outputs;
  }
  writeSafetensors(file, tensors, trainedMetadata({ base, features: "image", hidden: 0 }, about));
}
