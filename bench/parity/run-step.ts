// Where parity meets the program: one step of learning, from the noise to the gradient of the negative embedding.

import { z } from "zod";
import { program as programSchema, PROGRAM_FORMAT } from "../../src-main/common/program/program.ts";
import { update as updateSchema } from "../../src-main/common/program/update.ts";
import type { FloatTensor } from "../../src-main/common/tensor.ts";
import { openUpdate, updateGradient } from "../../src-main/learning/update-gradient.ts";
import { openPipeline } from "../../src-main/models/pipeline.ts";
import { defineFunction, type ProgramFunctions } from "../../src-main/program/function.ts";
import { programFunctions } from "../../src-main/program/functions/index.ts";
import { targetName } from "../../src-main/program/lower-update.ts";
import { cutGraph, gradientOf } from "../../src-main/program/schedule/cut.ts";
import { openRun } from "../../src-main/sampling/open-run.ts";

export interface StepRequest {
  /** A whole pipeline's folder, and that of a CLIPModel with its tokenizer. */
  readonly pipeline: string;
  readonly reward: string;
  readonly prompts: readonly string[];
  /** [batch, 4, height, width] */
  readonly noise: FloatTensor;
  /** [batch, tokens, width] */
  readonly positive: FloatTensor;
  /** [1, tokens, width] */
  readonly negative: FloatTensor;
  readonly steps: number;
  readonly index: number;
  readonly guidance: number;
}

export interface StepOutcome {
  /** Of each image. */
  readonly rewards: Float32Array;
  /** d Σ rewards / d negative, with the trajectories held fixed: [tokens, width] */
  readonly gradient: Float32Array;
}

/** What a text encoder would say of the prompts, given: the fixture has no text encoder's weights that matter. */
function givenConditioning(tensor: FloatTensor) {
  return defineFunction({
    name: "given conditioning",
    help: "What the fixture says that the prompts mean.",
    inputs: { encoder: { kind: "text encoder" }, prompts: { kind: "prompts" } },
    output: "conditioning",
    settings: z.strictObject({}),
    open: ({ inputs: { encoder, prompts } }) => ({
      space: encoder.pipeline.space,
      prompts,
      lower: (lowering) => ({
        context: lowering.input("context positive", tensor.shape, { rate: "run", tensor: () => tensor }),
      }),
    }),
  });
}

/** On the processor, with DDIM, cut at the borders of networks. */
export async function runStep(request: StepRequest): Promise<StepOutcome> {
  const { pipeline: path, reward, prompts, noise, positive, negative, steps, index, guidance } = request;
  const [batch = 0, , rows = 0, columns = 0] = noise.shape;
  const { vaeFactor } = openPipeline(path);
  const size = { height: rows * vaeFactor, width: columns * vaeFactor };
  const own = givenConditioning(positive);
  const functions: ProgramFunctions = new Map([...programFunctions, [own.name, own]]);
  const program = programSchema.parse({
    format: PROGRAM_FORMAT,
    formatVersion: 1,
    calls: {
      prompts: { fn: "prompts", settings: { texts: [...prompts] } },
      encoder: { fn: "text encoder", settings: { path } },
      unet: { fn: "unet", settings: { path } },
      vae: { fn: "vae", settings: { path } },
      positive: { fn: own.name, inputs: { encoder: "encoder", prompts: "prompts" } },
      negative: { fn: "negative embedding", inputs: { encoder: "encoder" }, settings: { id: "negative" } },
      model: { fn: "model", inputs: { unet: "unet" }, settings: { size } },
      conditional: { fn: "predict", inputs: { model: "model", conditioning: "positive" } },
      unconditional: { fn: "predict", inputs: { model: "model", conditioning: "negative" } },
      guided: {
        fn: "guide",
        inputs: { positive: "conditional", negative: "unconditional" },
        settings: { scale: guidance },
      },
      latent: {
        fn: "sample",
        inputs: { prediction: "guided" },
        settings: { steps, gradient: { kind: "foreseen", last: steps, count: 1 } },
      },
      image: { fn: "decode", inputs: { vae: "vae", latent: "latent" } },
      reward: { fn: "score", inputs: { image: "image" }, settings: { path: reward } },
    },
    updates: {},
    sinks: {},
  });
  const run = await openRun(program, { device: "cpu", functions });
  try {
    const update = updateSchema.parse({
      objective: "reward",
      parameters: ["negative"],
      settings: { batch, microBatch: batch },
    });
    const opened = openUpdate(run, update, {
      cut: (lowered) =>
        cutGraph(
          lowered,
          lowered.borders.filter(({ within }) => within === undefined),
        ),
    });
    const { objective, gradient } = await updateGradient(opened, {
      texts: new Map([["prompts", prompts]]),
      examples: new Map(),
      images: prompts.map((_, i) => i),
      noise: new Map([["latent", noise.data]]),
      indices: new Map([["latent", [index]]]),
      parameters: new Map([["negative", { context: negative }]]),
    });
    const found = gradient.get(targetName("negative", "context"));
    if (found === undefined) throw new Error(`the step has no ${gradientOf("negative")}`);
    return { rewards: objective, gradient: found };
  } finally {
    await run.sessions.release();
  }
}
