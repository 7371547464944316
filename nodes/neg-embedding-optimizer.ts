// Learns a negative embedding by reward gradient through classifier-free guidance (ReNeg: Li et al. 2024, arXiv:2412.19637).

import { type CompileArgs, defineNode } from "./define-node.ts";
import { isSame } from "./is-same.ts";
import { learningRecipe } from "./learning-recipe.ts";
import { optimizerParams } from "./optimizer-params.ts";

const inputs = {
  objective: { kind: "score", label: "Objective", help: "What is maximized." },
  parameter: {
    kind: "embedding",
    label: "Parameter",
    help: "What is changed: a NegEmbedding that the objective depends on.",
  },
  watched: {
    kind: "score",
    label: "Held-out",
    help: "Scores of the same images that are shown, but never trained against: they tell whether training helps, or only pleases the reward that it is given.",
    optional: true,
    many: true,
  },
} as const;

export const negEmbeddingOptimizer = defineNode({
  type: "learning/neg-embedding-optimizer",
  version: 1,
  title: "NegEmbedding-Optimizer",
  computes: "optimizer",
  help: "Draws images, asks the objective which change of the negative would raise it, and makes that change, step after step.",
  synonyms: ["Trainer", "Train", "Fine-tune", "AdamW", "Learning Rate"],
  inputs,
  outputs: { embedding: { kind: "embedding", label: "Learned", help: "What was learned." } },
  params: optimizerParams,
  learns: true,
  compile(args) {
    checkParameter(args);
    checkWatched(args);
    checkNumbers(args);
    const { objective, parameter, watched } = args.inputs;
    const learning = {
      parameter,
      image: objective.image,
      recipe: learningRecipe(objective, parameter, watched, args.params),
    };
    return { outputs: { embedding: { ...parameter, state: "learned" } }, learning };
  },
});

type Args = CompileArgs<typeof inputs, typeof optimizerParams>;

function checkParameter({ inputs: { objective, parameter }, fault }: Args): void {
  const { negative, scale } = objective.image;
  if (parameter.state !== "trainable") {
    return fault({
      code: "parameter-fixed",
      port: "parameter",
      message: `an embedding that is ${parameter.state === "fixed" ? "loaded" : "already learned"} cannot be changed`,
      help: "connect a NegEmbedding; a loaded embedding can be what it starts from",
    });
  }
  if (negative?.node !== parameter.node) {
    return fault({
      code: "parameter-unused",
      port: "parameter",
      message: "the objective does not depend on this embedding",
      ...(negative === null
        ? {}
        : { notes: [{ at: { node: negative.node }, message: "is the negative of the images that are scored" }] }),
      help: `connect ${parameter.node} also to the negative of the CFG whose images are scored`,
    });
  }
  if (scale > 1) return;
  fault({
    code: "guidance-none",
    port: "objective",
    message: "the images are drawn with a guidance scale of 1, at which the negative has no effect",
    help: "raise the scale of CFG; 7.5 is usual",
  });
}

function checkWatched({ inputs: { objective, watched }, fault }: Args): void {
  for (const score of watched) {
    if (isSame(score.image, objective.image)) continue;
    fault({
      code: "score-picture",
      port: "watched",
      message: "a held-out score is of other images than the objective",
      help: "connect all rewards to the same VAE Decoder",
    });
  }
}

function checkNumbers({
  inputs: { objective },
  params: { batch, microBatch, lastSteps, gradientSteps },
  fault,
}: Args): void {
  const { steps } = objective.image;
  if (lastSteps > steps) {
    fault({
      code: "recipe-steps",
      param: "lastSteps",
      message: `the gradient cannot be taken in the last ${lastSteps} of ${steps} sampling steps`,
      help: "make it at most the steps of the Sampler; a third of them is a good choice",
    });
  }
  if (gradientSteps > lastSteps) {
    fault({
      code: "recipe-steps",
      param: "gradientSteps",
      message: `the gradient cannot be taken at ${gradientSteps} of the last ${lastSteps} sampling steps`,
      help: "make it at most as many; 1 is what the paper takes",
    });
  }
  if (batch % Math.min(microBatch, batch) === 0) return;
  fault({
    code: "recipe-batch",
    param: "microBatch",
    message: `a batch of ${batch} cannot be made in parts of ${microBatch}`,
    help: "choose a number that divides the batch",
  });
}
