// How a reward is opened, where its files leave a choice, and the choices of one that is trained.

import { z } from "zod";
import { filePath } from "./path-name.ts";

/** cosine: of picture and prompt, −1…1; scaled: times the factor that the model learned, as PickScore is published. */
export const scoreScale = z.enum(["cosine", "scaled"]);
export type ScoreScale = z.output<typeof scoreScale>;

/**
 * What a trained head looks at. `image`: the embedding of the image, so that the prompt does not count; `image and prompt`: also its product
 * with that of the prompt.
 */
export const headFeatures = z.enum(["image", "image and prompt"]);
export type HeadFeatures = z.output<typeof headFeatures>;

/** How the file of a trained head lies: LAION's holds one linear layer over the image. */
export const headFormat = z.enum(["reneg", "laion"]);
export type HeadFormat = z.output<typeof headFormat>;

/** Which towers of a CLIP a LoRA changes: the one that looks at images, or also the one that reads prompts. */
export const loraTowers = z.enum(["image", "image and prompt"]);
export type LoraTowers = z.output<typeof loraTowers>;

/** The kinds by the names that files hold, and as people call them. */
export const rewardKindNames = [
  { value: "hps", label: "HPSv2 or HPSv2.1" },
  { value: "pickscore", label: "PickScore" },
  { value: "clip", label: "CLIP" },
  { value: "open-clip", label: "CLIP in OpenCLIP's names" },
  { value: "aesthetic", label: "LAION aesthetic predictor" },
  { value: "image-reward", label: "ImageReward" },
  { value: "trained-head", label: "Trained reward head" },
  { value: "reward-lora", label: "Trained reward LoRA" },
] as const;

export const rewardOptions = {
  /** By name, as docs/rewards.md lists them; absent: recognised from the files. */
  kind: z.string().optional(),
  /** Absent: as the reward is published. */
  score: scoreScale.optional(),
  /** Whether every pixel counts when the picture is made smaller for the reward. Absent: yes. */
  antialias: z.boolean().optional(),
  /** Of a trained head or LoRA: the model that it looks through. Absent: what it names, beside it. */
  base: filePath.optional(),
};

// `undefined` is what an absent key is after parsing.
export interface RewardOptions {
  readonly kind?: string | undefined;
  readonly score?: ScoreScale | undefined;
  readonly antialias?: boolean | undefined;
  readonly base?: string | undefined;
}
