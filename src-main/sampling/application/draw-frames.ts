// Frames for a prompt with a target: the whole way from noise, under guidance, a step at a time.

import { floatTensor, type FloatTensor } from "../../common/tensor.ts";
import { guide } from "../../diffusion/guidance.ts";
import { scaleModelInput, type Scheduler, type SchedulerState } from "../../diffusion/scheduler.ts";
import type { Steering, Target } from "../../models/target/open-target.ts";
import { sinusoidOf } from "../../models/unet/timestep-embedding.ts";
import type { Stage, StageSessions } from "../../runtime/stage-sessions.ts";
import { imageStream } from "../image-noise.ts";
import { inputOfResidual, latentShape, predictionGraph, steeringGraph, type DrawingSize } from "./drawing-stages.ts";
import { frameNoise } from "./frame-noise.ts";

export interface Drawing {
  readonly target: Target;
  readonly size: DrawingSize;
  readonly sessions: StageSessions;
  readonly stages: { readonly prediction: Stage; readonly steering: readonly SteeringStage[] };
}

interface SteeringStage extends Stage {
  readonly controlnet: Steering;
}

export function openDrawing(target: Target, size: DrawingSize, sessions: StageSessions): Drawing {
  const prediction = {
    name: target.draws === "videos" ? "video unet" : "unet",
    build: () => predictionGraph(target, size),
  };
  const steering = target.controlnets.map((controlnet, i) => ({
    name: target.controlnets.length === 1 ? "controlnet" : `controlnet ${i + 1}`,
    controlnet,
    build: () => steeringGraph(target, controlnet, size),
  }));
  return { target, size, sessions, stages: { prediction, steering } };
}

export interface Control {
  /** [3, height, width] of pixels in 0…1 */
  readonly picture: Float32Array;
  readonly scale: number;
}

export interface FrameRequest {
  /** [tokens of all chunks, width], as the negative */
  readonly positive: Float32Array;
  readonly negative: Float32Array;
  readonly guidance: number;
  readonly seed: number;
  /** Of the noise's variance, what all frames have in common. */
  readonly sharedNoise: number;
  /** One for each ControlNet. */
  readonly controls: readonly Control[];
  /** In guess mode the ControlNets see the prompt alone. */
  readonly guess: boolean;
  /** `null`: the network is not told. */
  readonly toldFps: number | null;
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

/** The first number of the path of a random stream; see image-noise.ts for the others. */
const STEP_NOISE = 5;

/** @returns finished latents, as the target's network knows them */
export async function drawFrames(
  drawing: Drawing,
  scheduler: Scheduler,
  request: FrameRequest,
  { from, onStep }: FrameOptions = {},
): Promise<Float32Array> {
  const { seed, guidance: scale, sharedNoise } = request;
  const latents = latentShape(drawing.target, drawing.size);
  let now: FramesAtStep = from ?? {
    step: 0,
    sample: frameNoise(imageStream(seed), latents, sharedNoise).map((n) => n * scheduler.initialNoiseSigma),
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
      noise: frameNoise({ seed, path: [STEP_NOISE, index] }, latents, sharedNoise),
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
  const { drawing, scheduler, request, index, sample } = moment;
  const { target, size, sessions, stages } = drawing;
  const { width, timeProjection } = target.pipeline;
  const sinusoid = (value: number): FloatTensor =>
    floatTensor([1, timeProjection.width], sinusoidOf(value, timeProjection));
  const common = {
    sample: floatTensor(latentShape(target, size), scaleModelInput(scheduler, sample, index)),
    timestep_sinusoid: sinusoid(scheduler.timesteps[index] ?? NaN),
    encoder_hidden_states: floatTensor([1, size.contextTokens, width], text),
  };
  const residuals = await steer(moment, common, isNegative);
  const told = request.toldFps === null ? {} : { fps_sinusoid: sinusoid(request.toldFps) };
  const { out_sample: out } = await sessions.run(stages.prediction, { ...common, ...told, ...residuals });
  if (out === undefined) throw new Error("a stage lacks an output that it was built with");
  return out;
}

/** What all ControlNets together add to the skips and to the middle. */
async function steer(
  { drawing, request }: Moment,
  common: Readonly<Record<string, FloatTensor>>,
  isNegative: boolean,
): Promise<Record<string, FloatTensor>> {
  const { target, size, sessions, stages } = drawing;
  const { vaeFactor } = target.pipeline;
  const picture = [1, 3, vaeFactor * size.height, vaeFactor * size.width];
  const sums: Record<string, FloatTensor> = {};
  for (const [i, stage] of stages.steering.entries()) {
    const control = request.controls[i];
    if (control === undefined) throw new Error("a ControlNet without a picture");
    const outputs = await sessions.runShaped(stage, {
      ...common,
      controlnet_cond: floatTensor(picture, control.picture),
      conditioning_scale: strengths(control.scale, stage.controlnet.residuals + 1, request.guess, isNegative),
    });
    for (const [name, tensor] of Object.entries(outputs)) {
      const input = inputOfResidual(name);
      const before = sums[input];
      sums[input] = before === undefined ? tensor : add(before, tensor);
    }
  }
  return sums;
}

/** In guess mode the negative half goes unsteered, and the other by a tenth at the first skip to all of it in the middle. */
function strengths(scale: number, count: number, isGuess: boolean, isNegative: boolean): FloatTensor {
  const at = (i: number): number => (isGuess ? (isNegative ? 0 : scale * 10 ** (i / (count - 1) - 1)) : scale);
  return floatTensor(
    [count],
    Float32Array.from({ length: count }, (_, i) => at(i)),
  );
}

function add(a: FloatTensor, b: FloatTensor): FloatTensor {
  return floatTensor(
    a.shape,
    a.data.map((value, i) => value + (b.data[i] ?? NaN)),
  );
}
