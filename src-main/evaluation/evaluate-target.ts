// A learned embedding on another model, prompt after prompt: drawn without a negative, with a written and with the learned one, and scored.
// A video is worth the mean over its frames.

import type { ApplyRequest } from "../common/applying.ts";
import { CONDITIONS, type EvaluationScore } from "../common/evaluation-report.ts";
import { mean } from "../common/means.ts";
import type { RunEvent } from "../common/run-events.ts";
import type { Picture } from "../pictures/picture.ts";
import { steeredBy } from "../sampling/application/control-images.ts";
import { drawEach } from "../sampling/application/draw-each.ts";
import type { Application } from "../sampling/application/open-application.ts";
import { IMAGE } from "../sampling/image-program.ts";
import { type ImageScorer, scoreImages } from "../sampling/score-images.ts";

export interface EvaluateTargetOptions {
  readonly applicationFor: (request: ApplyRequest) => Application;
  readonly prompts: readonly string[];
  /** Places of the prompts whose images are wanted. */
  readonly shown: ReadonlySet<number>;
  /** A picture for each prompt, where the target needs one that steers. */
  readonly controls: readonly string[];
  readonly scorers: { readonly train: ImageScorer; readonly heldOut: ImageScorer };
  readonly emit: (event: RunEvent) => Promise<void>;
  /** Images or videos done, one in work in part, and in all. */
  readonly onProgress: (done: number, total: number) => Promise<void>;
  /** Begins to score a prompt. @returns what is called with frames scored and in all, each by every reward */
  readonly beginScoring: () => (done: number, total: number) => Promise<void>;
}

export interface TargetEvaluation {
  readonly scores: readonly EvaluationScore[];
  /** Frames, in the order of the scores; none of prompts that are not shown. */
  readonly videos: readonly (readonly Picture[])[];
}

export async function evaluateTarget(given: ApplyRequest, options: EvaluateTargetOptions): Promise<TargetEvaluation> {
  const { prompts, shown, controls, scorers, emit, onProgress, beginScoring, applicationFor } = options;
  const scores: EvaluationScore[] = [];
  const videos: (readonly Picture[])[] = [];
  const requests = prompts.map((prompt, i): ApplyRequest => {
    const [picture, asked] = [controls[i], { ...given, prompt }];
    return picture === undefined ? asked : steeredBy(picture, asked);
  });
  await drawEach(requests, {
    applicationFor,
    emit,
    onProgress,
    async onDrawn(i, drawn) {
      const { prompt, seed } = requests[i] ?? given;
      const tellScored = beginScoring();
      const total = Object.keys(scorers).length * drawn.flat().length;
      let done = 0;
      const onScored = async (frames: number): Promise<void> => {
        done += frames;
        await tellScored(done, total);
      };
      for (const [column, frames] of drawn.entries()) {
        const condition = CONDITIONS[column];
        if (condition === undefined) throw new Error("a column without a condition");
        const images = frames.map(() => ({ prompt, seed }));
        const judged = new Map([[IMAGE, frames]]);
        const worth = async (scorer: ImageScorer): Promise<number> =>
          mean(await scoreImages(scorer, judged, images, { parameters: new Map(), onScored }));
        const train = await worth(scorers.train);
        scores.push({ condition, prompt, seed, train, heldOut: await worth(scorers.heldOut) });
        videos.push(shown.has(i) ? frames : []);
      }
    },
  });
  return { scores, videos };
}
