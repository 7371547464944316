// The reward that a trained head or LoRA looks through: which it is, as a file says, and where it lies.

import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { refuse } from "../../../common/diagnostic.ts";
import { isEmbeddedName } from "../../../common/embedded-name.ts";
import { type RewardOptions, scoreScale } from "../../../common/reward-options.ts";
import { modelPath } from "../../embedded.ts";
import { hashWeights } from "../../hash-weights.ts";
import { clip } from "../kinds/clip.ts";
import { hps } from "../kinds/hps.ts";
import { openClip } from "../kinds/open-clip.ts";
import { pickScore } from "../kinds/pick-score.ts";
import { type RewardFiles, rewardFiles } from "../reward-files.ts";
import type { OpenedReward, RewardClip } from "../reward.ts";
import type { ClipReward } from "./as-clip.ts";

/** What a file says of it. No path of the machine that it was trained on. */
export const baseFacts = z.object({
  /** Of its folder or file, or of what comes with the program. */
  name: z.string(),
  /** The kind of reward. */
  kind: z.string(),
  score: scoreScale.optional(),
  antialias: z.boolean().optional(),
  /** `hashWeights` of its towers. */
  weights: z.string(),
});
export type BaseFacts = z.output<typeof baseFacts>;

/** @param path as a program names it */
export function factsOfBase({ kind, clip: { weights } }: ClipReward, path: string, options: RewardOptions): BaseFacts {
  const { score, antialias } = options;
  return {
    name: isEmbeddedName(path) ? path : basename(path),
    kind,
    ...(score === undefined ? {} : { score }),
    ...(antialias === undefined ? {} : { antialias }),
    weights: hashWeights(weights),
  };
}

const KINDS = [pickScore, clip, hps, openClip];

/**
 * @param trained the file of the head or the LoRA
 * @param options of which `base` says where it lies; absent: what comes with the program, or what lies beside the file
 * @throws Refusal if it is not found, or is another one
 */
export function openBase(
  trained: string,
  facts: BaseFacts,
  options: RewardOptions,
): OpenedReward & { clip: RewardClip } {
  const files = filesOf(trained, facts, options.base);
  const kind = KINDS.find(({ name }) => name === facts.kind);
  if (kind === undefined || !(kind.recognise(files) || kind === pickScore)) return refuseOther(trained, facts, files);
  const opened = kind.open(files, {
    score: options.score ?? facts.score,
    antialias: options.antialias ?? facts.antialias,
  });
  const { clip: towers } = opened;
  if (towers === undefined || hashWeights(towers.weights) !== facts.weights) return refuseOther(trained, facts, files);
  return { ...opened, clip: towers };
}

function filesOf(trained: string, { name }: BaseFacts, base: string | undefined): RewardFiles {
  if (base !== undefined) return rewardFiles(modelPath(base));
  if (isEmbeddedName(name)) return rewardFiles(modelPath(name));
  const folder = dirname(trained);
  const places = [join(folder, basename(name)), join(dirname(folder), basename(name))];
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return rewardFiles(found);
  return refuse({
    code: "reward-base",
    at: { file: trained, part: "base" },
    message: `this looks through ${name}, which does not lie beside it`,
    help: `choose ${name} as the base model, or put it beside the file`,
    command: "`--base PATH` names it",
  });
}

function refuseOther(trained: string, { name }: BaseFacts, { path }: RewardFiles): never {
  refuse({
    code: "reward-base",
    at: { file: trained, part: "base" },
    message: `this was trained on ${name}, and ${basename(path)} is another model`,
    help: "choose the model that it was trained on as the base model",
  });
}
