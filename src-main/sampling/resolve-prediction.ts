// Finds out what a UNet predicts, noise or velocity, where neither a config nor the user tells.

import type { DeviceName } from "../common/device.ts";
import type { RunEvent } from "../common/run-events.ts";
import type { Prediction } from "../common/sampling.ts";
import { elementCount, floatTensor, type FloatTensor, type Shape } from "../common/tensor.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Graph } from "../compiler/graph.ts";
import type { PipelineOptions } from "../models/pipeline-source.ts";
import { openPipeline, type Pipeline } from "../models/pipeline.ts";
import { sinusoidOf } from "../models/unet/timestep-embedding.ts";
import { createGraphSession } from "../runtime/graph-session.ts";
import { imageNoise } from "./image-noise.ts";

export interface PipelineChoice extends PipelineOptions {
  readonly pipeline: string;
}

export interface ResolveOptions {
  readonly device: DeviceName;
  /** Is told what was found, and how. */
  readonly emit?: (event: RunEvent) => Promise<void>;
}

/** The same choice, with `prediction` filled in where the pipeline's files leave it open. */
export async function resolvePrediction<Choice extends PipelineChoice>(
  choice: Choice,
  { device, emit }: ResolveOptions,
): Promise<Choice & PipelineChoice> {
  if (choice.prediction !== undefined) return choice;
  const pipeline = openPipeline(choice.pipeline, choice);
  if (pipeline.scheduler.tellsPrediction) return choice;
  const echo = await noiseEcho(pipeline, device);
  const prediction: Prediction = echo < VELOCITY_BELOW ? "v" : "epsilon";
  const [found, other] = prediction === "v" ? ["the velocity (v)", "epsilon"] : ["the noise (epsilon)", "v"];
  await emit?.({
    type: "note",
    message: `${pipeline.name} does not say what its UNet predicts; by a trial it is ${found}: it gives back ${Math.round(100 * echo)} % of pure noise. If the pictures come out wrong, say that its prediction is ${other}`,
  });
  return { ...choice, prediction };
}

/**
 * At the last timestep a latent is nothing but noise. Whoever predicts noise gives back what it gets; whoever predicts velocities
 * answers −x₀, of which noise tells next to nothing.
 */
const LAST_TIMESTEP = 999;
/** Trained networks lie close to 1 or to 0. */
const VELOCITY_BELOW = 0.5;
/** Of the text, which matters little there. */
const CONTEXT_VALUE = 0.5;
/** Latent elements along a side. */
const SIDE = 8;

/** How much of the noise is in what the UNet makes of it: the slope of the line through both. */
async function noiseEcho(pipeline: Pipeline, device: DeviceName): Promise<number> {
  const session = await createGraphSession(probeGraph(pipeline), { device, stage: "unet, trial" });
  try {
    const { timeProjection } = pipeline;
    const shape = sampleShape(pipeline);
    const noise = imageNoise(0, elementCount(shape));
    const { out } = await session.run({
      sample: floatTensor(shape, noise),
      sinusoid: floatTensor([1, timeProjection.width], sinusoidOf(LAST_TIMESTEP, timeProjection)),
      context: constant(contextShape(pipeline), CONTEXT_VALUE),
    });
    if (out?.dtype !== "float32") throw new Error("the trial of the UNet has no result");
    return dot(out.data, noise) / dot(noise, noise);
  } finally {
    await session.release();
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

function probeGraph(pipeline: Pipeline): Graph {
  const b = new GraphBuilder();
  const { out_sample: out } = pipeline.unet.build(b, {
    sample: b.input("sample", "float32", sampleShape(pipeline)),
    timestep_sinusoid: b.input("sinusoid", "float32", [1, pipeline.timeProjection.width]),
    encoder_hidden_states: b.input("context", "float32", contextShape(pipeline)),
  });
  if (out === undefined) throw new Error("a UNet has the output out_sample");
  b.output("out", out);
  return b.build();
}

function sampleShape({ latentChannels }: Pipeline): Shape {
  return [1, latentChannels, SIDE, SIDE];
}

function contextShape({ tokens, width }: Pipeline): Shape {
  return [1, tokens, width];
}

function constant(shape: Shape, value: number): FloatTensor {
  return floatTensor(shape, new Float32Array(elementCount(shape)).fill(value));
}
