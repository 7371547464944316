// Frames for a prompt with a target: the whole way from noise, under guidance, a step at a time.

import { elementCount, floatTensor, type FloatTensor } from "../common/tensor.ts";
import { guide } from "../diffusion/guidance.ts";
import { normalNoise } from "../diffusion/noise.ts";
import { scaleModelInput, type Scheduler, type SchedulerState } from "../diffusion/scheduler.ts";
import type { Target } from "../models/target/open-target.ts";
import { sinusoidOf } from "../models/unet/timestep-embedding.ts";
import { inputOfResidual, latentShape, predictionGraph, steeringGraph, type DrawingSize } from "./drawing-stages.ts";
import { pictureNoise } from "./draws.ts";
import type { Stage, StageSessions } from "./stage-sessions.ts";

export interface Drawing {
  readonly target: Target;
  readonly size: DrawingSize;
  readonly sessions: StageSessions;
  readonly stages: { readonly prediction: Stage; readonly steering: Stage | null };
}

export function openDrawing(target: Target, size: DrawingSize, sessions: StageSessions): Drawing {
  const prediction = {
    name: target.draws === "videos" ? "video unet" : "unet",
    build: () => predictionGraph(target, size),
  };
  const steering = target.controlnet && { name: "controlnet", build: () => steeringGraph(target, size) };
  return { target, size, sessions, stages: { prediction, steering } };
}

export interface Control {
  /** [3, height, width] of pixels in 0…1 */
  readonly picture: Float32Array;
  readonly scale: number;
  readonly guess: boolean;
}

export interface FrameRequest {
  /** [tokens, width] */
  readonly positive: Float32Array;
  readonly negative: Float32Array;
  readonly guidance: number;
  readonly seed: number;
  readonly control: Control | null;
}

/** Where a drawing stands between two steps. */
export interface FramesAtStep {
  /** Steps done. */
  readonly step: number;
  readonly sample: Float32Array;
  readonly state: SchedulerState;
}

export interface FrameOptions {
  /** Absent: from noise. */
  readonly from?: FramesAtStep | undefined;
  readonly onStep?: (now: FramesAtStep) => void | Promise<void>;
}

/** The first number of the path of a random stream; see draws.ts for the others. */
const STEP_NOISE = 5;

/** @returns finished latents, as the target's network knows them */
export async function drawFrames(
  drawing: Drawing,
  scheduler: Scheduler,
  request: FrameRequest,
  { from, onStep }: FrameOptions = {},
): Promise<Float32Array> {
  const length = elementCount(latentShape(drawing.target, drawing.size));
  const { seed, guidance: scale } = request;
  let now: FramesAtStep = from ?? {
    step: 0,
    sample: pictureNoise(seed, length).map((n) => n * scheduler.initialNoiseSigma),
    state: {},
  };
  while (now.step < scheduler.timesteps.length) {
    const index = now.step;
    const at = { drawing, scheduler, request, index, sample: now.sample };
    const conditional = await predict(at, request.positive, false);
    const unconditional = scale === 1 ? conditional : await predict(at, request.negative, true);
    const { sample, state } = scheduler.step({
      index,
      sample: now.sample,
      state: now.state,
      modelOutput: guide({ unconditional, conditional, scale }),
      noise: normalNoise({ seed, path: [STEP_NOISE, index] }, length),
    });
    now = { step: index + 1, sample, state };
    await onStep?.(now);
  }
  return now.sample;
}

interface Moment {
  readonly drawing: Drawing;
  readonly scheduler: Scheduler;
  readonly request: FrameRequest;
  readonly index: number;
  readonly sample: Float32Array;
}

async function predict(moment: Moment, text: Float32Array, isNegative: boolean): Promise<Float32Array> {
  const { drawing, scheduler, index, sample } = moment;
  const { target, size, sessions, stages } = drawing;
  const { tokens, width, timeProjection } = target.pipeline;
  const { toldFps } = target.settings;
  const sinusoid = (value: number): FloatTensor =>
    floatTensor([1, timeProjection.width], sinusoidOf(value, timeProjection));
  const common = {
    sample: floatTensor(latentShape(target, size), scaleModelInput(scheduler, sample, index)),
    timestep_sinusoid: sinusoid(scheduler.timesteps[index] ?? NaN),
    encoder_hidden_states: floatTensor([1, tokens, width], text),
  };
  const residuals = stages.steering === null ? {} : await steer(moment, stages.steering, common, isNegative);
  const told = toldFps === undefined ? {} : { fps_sinusoid: sinusoid(toldFps) };
  const { out_sample: out } = await sessions.run(stages.prediction, { ...common, ...told, ...residuals });
  if (out === undefined) throw new Error("a stage lacks an output that it was built with");
  return out;
}

/** In guess mode the negative half goes unsteered, and the others by a tenth at the first skip to all of it in the middle. */
async function steer(
  { drawing, request: { control } }: Moment,
  stage: Stage,
  common: Readonly<Record<string, FloatTensor>>,
  isNegative: boolean,
): Promise<Record<string, FloatTensor>> {
  const { target, size, sessions } = drawing;
  if (control === null) throw new Error("a ControlNet without a picture");
  const count = (target.controlnet?.residuals ?? 0) + 1;
  const { vaeFactor } = target.pipeline;
  const strength = (i: number): number =>
    control.guess ? (isNegative ? 0 : control.scale * 10 ** (i / (count - 1) - 1)) : control.scale;
  const outputs = await sessions.runShaped(stage, {
    ...common,
    controlnet_cond: floatTensor([1, 3, vaeFactor * size.height, vaeFactor * size.width], control.picture),
    conditioning_scale: floatTensor(
      [count],
      Float32Array.from({ length: count }, (_, i) => strength(i)),
    ),
  });
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [inputOfResidual(name), tensor]));
}
