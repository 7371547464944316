// Where parity meets the program: one step of learning, from the noise to the gradient of the negative embedding.

import type { FloatTensor } from "../../src-main/common/tensor.ts";
import { openPipeline } from "../../src-main/models/pipeline.ts";
import { openReward } from "../../src-main/models/reward/open-reward.ts";
import { StageSessions } from "../../src-main/runtime/stage-sessions.ts";
import { openGenerator, pixelSize } from "../../src-main/training/generator.ts";
import { openJudge } from "../../src-main/training/judge.ts";
import { openScheduler } from "../../src-main/training/open-scheduler.ts";
import { type StepOutcome, renegStep } from "../../src-main/training/reneg-step.ts";

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

/** On the processor, with DDIM. */
export async function runStep(request: StepRequest): Promise<StepOutcome> {
  const { prompts, noise, positive, negative, index } = request;
  const [batch = 0, , rows = 0, columns = 0] = noise.shape;
  const sessions = new StageSessions("cpu");
  try {
    const pipeline = openPipeline(request.pipeline);
    const picture = { height: rows * pipeline.vaeFactor, width: columns * pipeline.vaeFactor };
    const generator = openGenerator(pipeline, sessions, batch, picture);
    const judge = openJudge(openReward(request.reward), sessions, batch, pixelSize(generator));
    const scheduler = openScheduler(pipeline, "ddim", request.steps);
    const length = positive.data.length / batch;
    const each = Array.from({ length: batch }, (_, i) => positive.data.subarray(i * length, (i + 1) * length));
    const guidance = { positive: each, negative: negative.data, scale: request.guidance };
    const learner = { generator, scheduler, objectives: [{ judge, weight: 1 }], heldOut: new Map() };
    return await renegStep(learner, { prompts, noise: noise.data, guidance, indices: [index] });
  } finally {
    await sessions.release();
  }
}
