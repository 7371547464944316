// Files of LoRA in the towers of a CLIP, under the names that PEFT gives them in transformers' CLIPModel.

import { z } from "zod";
import type { FloatTensor } from "../../../common/tensor.ts";
import { writeSafetensors } from "../../../weights/safetensors.ts";
import type { WeightMap } from "../../../weights/weight-map.ts";
import type { LowRank } from "../../lora/low-rank.ts";
import type { LoraChange } from "../../lora/read-lora.ts";
import { baseFacts } from "./base-reward.ts";
import { readTrainedFacts, trainedMetadata } from "./head-file.ts";

const PREFIX = "base_model.model.";
const DOWN = /^base_model\.model\.((?:vision|text)_model\..*)\.lora_A\.weight$/;

const loraFacts = z.object({
  base: baseFacts,
  rank: z.int().positive(),
  alpha: z.number().positive(),
});
export type RewardLoraFacts = z.output<typeof loraFacts>;

export function readLoraFacts(file: string): RewardLoraFacts | undefined {
  return readTrainedFacts(file, loraFacts);
}

export function isRewardLora(tensors: WeightMap): boolean {
  return tensors.keys().some((name) => DOWN.test(name));
}

/** @param changes by the path of the layer */
export function writeRewardLora(
  file: string,
  changes: ReadonlyMap<string, LowRank<FloatTensor>>,
  facts: RewardLoraFacts,
  about: Readonly<Record<string, string>>,
): void {
  const tensors = [...changes].flatMap(([path, { down, up }]): [string, FloatTensor][] => [
    [`${PREFIX}${path}.lora_A.weight`, down],
    [`${PREFIX}${path}.lora_B.weight`, up],
  ]);
  writeSafetensors(file, Object.fromEntries(tensors), trainedMetadata(facts, about));
}

/** By the name of the weight that is changed. */
export function rewardLoraChanges(
  tensors: WeightMap,
  { rank, alpha }: Pick<RewardLoraFacts, "rank" | "alpha">,
): Map<string, LoraChange> {
  const changes = new Map<string, LoraChange>();
  for (const [name, down] of tensors) {
    const path = DOWN.exec(name)?.[1];
    const up = tensors.get(`${PREFIX}${path ?? ""}.lora_B.weight`);
    if (path !== undefined && up !== undefined) changes.set(`${path}.weight`, { down, up, scale: alpha / rank });
  }
  return changes;
}
