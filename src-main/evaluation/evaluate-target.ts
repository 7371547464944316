// A learned embedding on another model, prompt after prompt: drawn without a negative, with a written and with the learned one, and scored.
// A video is worth the mean over its frames.

import type { ApplyRequest } from "../common/applying.ts";
import { CONDITIONS, type EvaluationScore } from "../common/evaluation-report.ts";
import { mean } from "../common/means.ts";
import { DRAWING, type RunEvent } from "../common/run-events.ts";
import type { Picture } from "../pictures/picture.ts";
import { checkApplication } from "../sampling/application/check-application.ts";
import { steeredBy } from "../sampling/application/control-images.ts";
import { drawApplication } from "../sampling/application/draw-application.ts";
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
  const videos: Picture[][] = [];
  for (const [i, prompt] of prompts.entries()) {
    const picture = controls[i];
    const asked = { ...given, prompt };
    const request = picture === undefined ? asked : steeredBy(picture, asked);
    const { length: columns } = CONDITIONS;
    const application = applicationFor(request);
    const warnings = i === 0 ? checkApplication(application, { texts: prompts, at: { option: "--prompts" } }) : [];
    for (const diagnostic of warnings) await emit({ type: "warning", diagnostic });
    const drawn = await drawApplication(application, {
      emit,
      progress: (phase) => async (done, total) => {
        if (phase === DRAWING) await onProgress(columns * (i + done / total), columns * prompts.length);
      },
    });
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
      const requests = frames.map(() => ({ prompt, seed: request.seed }));
      const given = new Map([[IMAGE, frames]]);
      const worth = async (scorer: ImageScorer): Promise<number> =>
        mean(await scoreImages(scorer, given, requests, { parameters: new Map(), onScored }));
      const train = await worth(scorers.train);
      scores.push({ condition, prompt, seed: request.seed, train, heldOut: await worth(scorers.heldOut) });
      videos.push(shown.has(i) ? frames : []);
    }
  }
  return { scores, videos };
}
