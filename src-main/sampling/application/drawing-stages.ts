// The stages of drawing with a target: one pass of its network, and of its ControlNet. Guidance takes two passes, one after the
// other, so that only one needs memory.

import { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Graph, Value } from "../../compiler/graph.ts";
import type { Steering, Target } from "../../models/target/open-target.ts";

export interface DrawingSize {
  readonly frames: number;
  /** Latent elements. */
  readonly height: number;
  readonly width: number;
  /** Of all chunks of a text. */
  readonly contextTokens: number;
}

/** Of the latents: videos have frames. */
export function latentShape({ pipeline, draws }: Target, { frames, height, width }: DrawingSize): readonly number[] {
  const { latentChannels } = pipeline;
  return draws === "videos" ? [1, latentChannels, frames, height, width] : [1, latentChannels, height, width];
}

/** sample, timestep_sinusoid, encoder_hidden_states, and the residuals of a ControlNet or the frames a second → out_sample */
export function predictionGraph(target: Target, size: DrawingSize): Graph {
  const b = new GraphBuilder();
  const { pipeline, settings, controlnets } = target;
  const inputs = commonInputs(b, target, size);
  if (settings.toldFps !== undefined) {
    inputs["fps_sinusoid"] = b.input("fps_sinusoid", "float32", [1, pipeline.timeProjection.width]);
  }
  const [steering] = controlnets;
  if (steering !== undefined) {
    // The residuals of several are summed, and have one shape.
    for (const [name, { shape }] of Object.entries(residuals(new GraphBuilder(), target, steering, size))) {
      inputs[inputOfResidual(name)] = b.input(inputOfResidual(name), "float32", shape);
    }
  }
  b.output("out_sample", present(pipeline.unet.build(b, inputs)["out_sample"]));
  return b.build();
}

/** As `predictionGraph`, with controlnet_cond and conditioning_scale → residuals by the names that the ControlNet gives them */
export function steeringGraph(target: Target, steering: Steering, size: DrawingSize): Graph {
  const b = new GraphBuilder();
  for (const [name, value] of Object.entries(residuals(b, target, steering, size))) b.output(name, value);
  return b.build();
}

/** What a residual is called where it goes in. */
export function inputOfResidual(output: string): string {
  return output.replace("_res_sample", "_additional_residual");
}

function residuals(
  b: GraphBuilder,
  target: Target,
  steering: Steering,
  size: DrawingSize,
): Readonly<Record<string, Value>> {
  const { vaeFactor } = target.pipeline;
  const pixels = [vaeFactor * size.height, vaeFactor * size.width];
  return steering.network.build(b, {
    ...commonInputs(b, target, size),
    controlnet_cond: b.input("controlnet_cond", "float32", [1, 3, ...pixels]),
    conditioning_scale: b.input("conditioning_scale", "float32", [steering.residuals + 1]),
  });
}

function commonInputs(b: GraphBuilder, target: Target, size: DrawingSize): Record<string, Value> {
  const { width, timeProjection } = target.pipeline;
  return {
    sample: b.input("sample", "float32", latentShape(target, size)),
    timestep_sinusoid: b.input("timestep_sinusoid", "float32", [1, timeProjection.width]),
    encoder_hidden_states: b.input("encoder_hidden_states", "float32", [1, size.contextTokens, width]),
  };
}

function present(value: Value | undefined): Value {
  if (value === undefined) throw new Error("the network lacks an output that it is known for");
  return value;
}
