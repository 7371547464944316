// A LoRA in the towers of a reward's CLIP that is learned.

import { basename } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import type { LoraTowers, RewardOptions } from "../common/reward-options.ts";
import { sameShape } from "../common/tensor.ts";
import { targetsIn } from "../models/lora/lora-targets.ts";
import { factorNames, modulePaths, weightOf } from "../models/lora/module-names.ts";
import type { LoraChange } from "../models/lora/read-lora.ts";
import type { ClipReward } from "../models/reward/trained/as-clip.ts";
import { factsOfBase } from "../models/reward/trained/base-reward.ts";
import { readLoraFacts, rewardLoraChanges, writeRewardLora } from "../models/reward/trained/lora-file.ts";
import { readWeights } from "../weights/read-weights.ts";
import { factorShapes, factorsOf, factorsToGoOnFrom, initialFactors, type LoraLayer } from "./lora-factors.ts";
import type { ParameterKind, ParameterTensors } from "./parameter-kind.ts";

export interface RewardLoraSettings {
  /** The base as the program names it, and how it is opened. */
  readonly path: string;
  readonly options: RewardOptions;
  readonly rank: number;
  /** B·A is added α / rank times. */
  readonly alpha: number;
  readonly targets: readonly string[];
  readonly towers: LoraTowers;
  readonly seed: number;
  readonly start?: string | undefined;
}

export const rewardLoraKind: ParameterKind<RewardLoraSettings, ClipReward> = {
  name: "reward LoRA",
  shapes: (base, settings) => factorShapes(rewardLayers(base, settings), settings.rank),
  async initial(base, settings) {
    const layers = rewardLayers(base, settings);
    if (settings.start !== undefined) return readStart(settings.start, layers, settings);
    return initialFactors(layers, settings.rank, settings.seed);
  },
  /** Safetensors that the Reward node opens, with the names that PEFT gives the factors. */
  async saver(base, _host, settings) {
    const { path, options, rank, alpha } = settings;
    const layers = rewardLayers(base, settings);
    const facts = { base: factsOfBase(base, path, options), rank, alpha };
    return (file, tensors, { createdWith, program, steps }) => {
      const changes = new Map(layers.map((layer) => [layer.path, factorsOf(tensors, layer)]));
      const about = { "reneg-studio": JSON.stringify({ createdWith, steps, program }) };
      writeRewardLora(file, changes, facts, about);
    };
  },
};

const TOWERS = {
  image: /^vision_model\./,
  "image and prompt": /^(vision|text)_model\./,
} as const satisfies Readonly<Record<LoraTowers, RegExp>>;

/** Layers that are changed; tables of words, places and patches are none. */
function rewardLayers(
  { clip: { weights } }: ClipReward,
  { targets, towers }: Pick<RewardLoraSettings, "targets" | "towers">,
): LoraLayer[] {
  const paths = modulePaths(weights).filter((path) => TOWERS[towers].test(path) && !path.includes(".embeddings."));
  return targetsIn("reward", targets, paths).map((path) => ({
    path,
    weight: weights.get(weightOf({ path }))?.shape ?? [],
  }));
}

function readStart(
  file: string,
  layers: readonly LoraLayer[],
  settings: Pick<RewardLoraSettings, "rank" | "alpha">,
): ParameterTensors {
  const facts = readLoraFacts(file);
  const changes = facts === undefined ? new Map<string, LoraChange>() : rewardLoraChanges(readWeights(file), facts);
  const shapes = factorShapes(layers, settings.rank);
  for (const layer of layers) {
    const change = changes.get(weightOf(layer));
    const wanted = shapes[factorNames(layer).down] ?? [];
    if (change === undefined || !sameShape(change.down.shape, wanted)) return refuseStart(file, layer);
  }
  if (changes.size !== layers.length) return refuseStart(file);
  return factorsToGoOnFrom(layers, changes, settings);
}

function refuseStart(file: string, layer?: LoraLayer): never {
  refuse({
    code: "lora-start",
    at: { file },
    message: `${basename(file)} is no LoRA of the same layers and rank${layer === undefined ? "" : `: it has no such one for ${layer.path}`}`,
    help: "give the LoRA that is trained the layers and the rank of the one that it goes on from",
  });
}
