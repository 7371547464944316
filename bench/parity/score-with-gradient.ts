// A reward's scores of images, and their gradient to the images, through the graphs that learning runs.

import type { RewardOptions } from "../../src-main/common/reward-options.ts";
import { programFunctions } from "../../src-main/program/functions/index.ts";
import { Lowering } from "../../src-main/program/lowering.ts";
import { cutGraph, gradientOf, OBJECTIVE } from "../../src-main/program/schedule/cut.ts";
import type { StageSessions } from "../../src-main/runtime/stage-sessions.ts";
import { fillBatch, textsOf } from "../../src-main/sampling/draw-images.ts";
import { IMAGE, scoreProgram } from "../../src-main/sampling/image-program.ts";
import { openRun } from "../../src-main/sampling/open-run.ts";
import { openImageScorer } from "../../src-main/sampling/score-images.ts";

export interface ScoredReward extends RewardOptions {
  readonly path: string;
}

export interface ScoreGradient {
  /** [batch] with the gradient, and by the graph that only scores. */
  readonly scores: Float32Array;
  readonly alone: Float32Array;
  /** d Σ score / d image, as large as the images. */
  readonly gradient: Float32Array;
}

const SCORE = "score";

/** @param images [batch, 3, height, width] in −1…1, a prompt for each */
export async function scoreWithGradient(
  reward: ScoredReward,
  images: Float32Array,
  prompts: readonly string[],
  size: { readonly height: number; readonly width: number },
  sessions: StageSessions,
): Promise<ScoreGradient> {
  const batch = images.length / (3 * size.height * size.width);
  const program = scoreProgram({ [SCORE]: reward }, "", size);
  const run = await openRun(program, { device: sessions.device, sessions, functions: programFunctions });
  const image = run.opened.open(IMAGE, "image");
  const requests = fillBatch(
    prompts.map((prompt) => ({ prompt, seed: 0 })),
    batch,
  );
  const moment = {
    texts: textsOf(run, { ref: SCORE, prompts: image.prompts }, requests),
    given: new Map([[IMAGE, images]]),
    parameters: new Map(),
  };
  const alone = await openImageScorer(run, SCORE, batch).scoreBatch(moment);

  const lowering = new Lowering({ batch, samplerEntry: () => ({ kind: "given" }) });
  const objective = run.opened.open(SCORE, "score").lower(lowering);
  const targets = new Map([[IMAGE, image.lower(lowering)]]);
  const { borders, networks, feeds } = lowering;
  const graph = lowering.b.build();
  const [whole] = cutGraph({ graph, borders, networks, objective, outputs: new Map(), targets }, []).segments;
  if (whole === undefined) throw new Error("a graph that is cut nowhere is one part");
  const stage = run.stageOf(whole.build(), whole);
  const found = await run.sessions.run(stage, await run.feed(graph, feeds, moment));
  const [scores, gradient] = [found[OBJECTIVE], found[gradientOf(IMAGE)]];
  if (scores === undefined || gradient === undefined) throw new Error("a stage lacks what it was built for");
  return { scores, alone, gradient };
}
