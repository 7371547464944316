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

export interface PipelineChoice extends PipelineOptions {
  readonly pipeline: string;
}

export interface SettleOptions {
  readonly device: DeviceName;
  /** Is told what was found, and how. */
  readonly emit?: (event: RunEvent) => Promise<void>;
}

/** The same choice, with `prediction` filled in where the pipeline's files leave it open. */
export async function settlePrediction<Choice extends PipelineChoice>(
  choice: Choice,
  { device, emit }: SettleOptions,
): Promise<Choice & PipelineChoice> {
  if (choice.prediction !== undefined) return choice;
  const pipeline = openPipeline(choice.pipeline, choice);
  if (pipeline.scheduler.tellsPrediction) return choice;
  const change = await meanChange(pipeline, device);
  const prediction: Prediction = change < VELOCITY_BELOW ? "v" : "epsilon";
  const found = prediction === "v" ? "the velocity (v)" : "the noise (epsilon)";
  await emit?.({
    type: "note",
    message: `${pipeline.name} does not say what its UNet predicts; by a trial it is ${found}: mean change ${change.toFixed(2)}`,
  });
  return { ...choice, prediction };
}

/** All inputs of the trial have this value. At the last timestep a latent is nothing but noise: ε ≈ x, but v ≈ −x₀, far below. */
const PROBE_VALUE = 0.5;
const LAST_TIMESTEP = 999;
/** As in stable-diffusion.cpp, src/stable-diffusion.cpp. */
const VELOCITY_BELOW = -1;
/** Latent elements along a side. */
const SIDE = 8;

/** The mean of what the UNet makes of a constant latent, minus that constant. */
async function meanChange(pipeline: Pipeline, device: DeviceName): Promise<number> {
  const session = await createGraphSession(probeGraph(pipeline), { device, stage: "unet, trial" });
  try {
    const { timeProjection } = pipeline;
    const { out } = await session.run({
      sample: constant(sampleShape(pipeline)),
      sinusoid: floatTensor([1, timeProjection.width], sinusoidOf(LAST_TIMESTEP, timeProjection)),
      context: constant(contextShape(pipeline)),
    });
    if (out?.dtype !== "float32") throw new Error("the trial of the UNet has no result");
    return out.data.reduce((sum, value) => sum + value, 0) / out.data.length - PROBE_VALUE;
  } finally {
    await session.release();
  }
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

function constant(shape: Shape): FloatTensor {
  return floatTensor(shape, new Float32Array(elementCount(shape)).fill(PROBE_VALUE));
}
