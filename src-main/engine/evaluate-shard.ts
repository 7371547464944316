// Prompts of an evaluation, all or some, drawn and scored in this process.

import { join } from "node:path";
import { z } from "zod";
import type { ApplyRequest, DrawingSettings } from "../common/applying.ts";
import type { DeviceName } from "../common/device.ts";
import type { Diagnostic } from "../common/diagnostic.ts";
import type { RunEvent } from "../common/run-events.ts";
import { evaluateTarget, type TargetEvaluation } from "../evaluation/evaluate-target.ts";
import { embedded } from "../models/embedded.ts";
import type { Target } from "../models/target/open-target.ts";
import type { StageSessions } from "../runtime/stage-sessions.ts";
import { drawControlImages, steeredBy } from "../sampling/application/control-images.ts";
import { resolveDrawing } from "../sampling/application/resolve-drawing.ts";
import { scoreProgram } from "../sampling/image-program.ts";
import { openRun } from "../sampling/open-run.ts";
import { progressReporter } from "../sampling/progress-reporter.ts";
import { openImageScorer } from "../sampling/score-images.ts";
import { withTarget } from "./with-target.ts";

/** A reward that was climbed, and one that was not; absent: those that come with the program. */
export const evaluationRewards = z.object({ reward: z.string().optional(), heldOut: z.string().optional() });
export type EvaluationRewards = z.output<typeof evaluationRewards>;

export function rewardPaths({ reward, heldOut }: EvaluationRewards) {
  return { train: reward ?? embedded.rewards.preference, heldOut: heldOut ?? embedded.rewards.heldOut };
}

export interface EvaluationShard {
  /** Its own prompt stands for none of them. */
  readonly request: ApplyRequest;
  readonly rewards: EvaluationRewards;
  readonly prompts: readonly string[];
  /** Places of the prompts whose images are wanted. */
  readonly shown: ReadonlySet<number>;
}

interface ShardContext {
  /** What the request is for, opened. */
  readonly target: Target;
  /** Gets what steers a ControlNet. */
  readonly folder: string;
  readonly device: DeviceName;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly signal: AbortSignal;
}

/** @throws Refusal before anything runs for what does not fit */
export async function evaluateShard({
  request,
  rewards,
  prompts,
  shown,
  target,
  folder,
  device,
  emit,
  signal,
}: EvaluationShard & ShardContext): Promise<TargetEvaluation> {
  const warn = (diagnostic: Diagnostic): Promise<void> => emit({ type: "warning", diagnostic });
  return withTarget(target, { device, signal, warn }, async ({ sessions, applicationFor }) => {
    const settings = resolveDrawing(request, target);
    const controls =
      target.controlnets.length === 0
        ? []
        : await drawControlImages(target, request, join(folder, "controls"), {
            prompts,
            settings,
            seed: request.seed,
            sessions,
            onProgress: progressReporter(`drawing for ${target.name}`, emit, { unit: "images that steer" }),
          });
    const [first] = controls;
    const steered = first === undefined ? request : steeredBy(first, request);
    // What does not fit is told before scorers are opened.
    applicationFor(steered);
    return evaluateTarget(steered, {
      applicationFor,
      prompts,
      shown,
      controls,
      scorers: await openScorers(rewards, settings, sessions),
      emit,
      onProgress: progressReporter(`evaluating on ${target.name}`, emit, { unit: "images" }),
      beginScoring: () => progressReporter(`scoring on ${target.name}`, emit, { unit: "frames" }),
    });
  });
}

/** Some frames of a video at once. */
const FRAMES_AT_ONCE = 8;

async function openScorers(rewards: EvaluationRewards, { frames, size }: DrawingSettings, sessions: StageSessions) {
  const { train, heldOut } = rewardPaths(rewards);
  const program = scoreProgram({ train: { path: train }, heldOut: { path: heldOut } }, "", size);
  const run = await openRun(program, { device: sessions.device, sessions });
  const batch = Math.min(frames, FRAMES_AT_ONCE);
  return { train: openImageScorer(run, "train", batch), heldOut: openImageScorer(run, "heldOut", batch) };
}
