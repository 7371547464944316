// Steps of the emoji recipe that commit 9065420, which computed them by a hand-written loop, and this program must compute alike.

export interface EmojiRecipe {
  readonly steps: number;
  readonly batch: number;
  readonly microBatch: number;
  readonly sampler: {
    readonly scheduler: "ddim" | "euler" | "dpm++";
    readonly steps: number;
    readonly guidance: number;
    readonly lastSteps: number;
    readonly gradientSteps: number;
  };
  readonly pull: number;
  readonly emaDecay: number;
  readonly optimizer: {
    readonly name: "adamw";
    readonly learningRate: number;
    readonly schedule: "cosine";
    readonly clipNorm: number;
  };
  /** Each in a folder of resources/emoji/rewards. */
  readonly rewards: readonly { readonly name: string; readonly weight: number }[];
}

/** As resources/recipes/emoji.json has it. */
const emoji: EmojiRecipe = {
  steps: 50,
  batch: 8,
  microBatch: 8,
  sampler: { scheduler: "ddim", steps: 12, guidance: 2, lastSteps: 4, gradientSteps: 3 },
  optimizer: { name: "adamw", learningRate: 0.014, schedule: "cosine", clipNorm: 1 },
  pull: 0.015,
  emaDecay: 0.9,
  rewards: [{ name: "preference", weight: 1 }],
};
/** The same with less of everything, and in two parts. */
const small: EmojiRecipe = {
  ...emoji,
  batch: 4,
  microBatch: 2,
  sampler: { ...emoji.sampler, steps: 6, gradientSteps: 1 },
};

export interface FirstDesignCase {
  readonly name: string;
  readonly recipe: EmojiRecipe;
  /** Steps whose gradients are compared, each at the start. */
  readonly gradients: readonly number[];
  /** After so many steps the embedding is compared; 0: it is not. */
  readonly steps: number;
}

export const firstDesignCases: readonly FirstDesignCase[] = [
  { name: "first-design", recipe: emoji, gradients: [0, 1, 2], steps: 6 },
  {
    name: "first-design-euler",
    recipe: { ...small, sampler: { ...small.sampler, scheduler: "euler" } },
    gradients: [1],
    steps: 0,
  },
  {
    name: "first-design-dpm++",
    recipe: { ...small, sampler: { ...small.sampler, scheduler: "dpm++", gradientSteps: 3 } },
    gradients: [2],
    steps: 0,
  },
  {
    name: "first-design-rewards",
    recipe: {
      ...small,
      rewards: [
        { name: "preference", weight: 1 },
        { name: "held-out", weight: -0.4 },
      ],
    },
    gradients: [0],
    steps: 6,
  },
];
