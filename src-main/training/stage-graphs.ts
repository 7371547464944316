// The stages of sampling and learning as graphs. Each becomes a session of its own, so that only one stage's
// activations are in memory at a time; a stage is computed again backwards from its small inputs.

import { appendGradient } from "../compiler/gradient.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Graph, Value } from "../compiler/graph.ts";
import type { Pipeline } from "../models/pipeline.ts";

/** How many pictures a stage takes at once, and how large they are in latent elements. */
export interface StageSize {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  /** Positions that the UNet looks at: those of all chunks of a text. Absent: as many as the text encoder reads at once. */
  readonly contextTokens?: number;
}

/** input_ids int64 [batch, tokens] → last_hidden_state [batch, tokens, width] */
export function textEncoderGraph(pipeline: Pipeline, batch: number): Graph {
  const b = new GraphBuilder();
  const inputIds = b.input("input_ids", "int64", [batch, pipeline.tokens]);
  const { last_hidden_state: hidden } = pipeline.textEncoder.build(b, { input_ids: inputIds });
  b.output("last_hidden_state", present(hidden));
  return b.build();
}

/** As `textEncoderGraph` of one text, with attention_mask [1, tokens], word_vectors [1, tokens, width] and is_word_vector [1, tokens, 1] */
export function wordEncoderGraph(pipeline: Pipeline): Graph {
  const b = new GraphBuilder();
  const { tokens, width } = pipeline;
  const { last_hidden_state: hidden } = pipeline.textEncoder.build(b, {
    input_ids: b.input("input_ids", "int64", [1, tokens]),
    attention_mask: b.input("attention_mask", "int64", [1, tokens]),
    word_vectors: b.input("word_vectors", "float32", [1, tokens, width]),
    is_word_vector: b.input("is_word_vector", "float32", [1, tokens, 1]),
  });
  b.output("last_hidden_state", present(hidden));
  return b.build();
}

/** sample, sinusoid of the timestep [1, …], negative [1, tokens, width], positive [batch, tokens, width], guidance [] → guided, unconditional, conditional */
export function guidedGraph(pipeline: Pipeline, size: StageSize): Graph {
  const b = new GraphBuilder();
  const { guided } = guide(b, pipeline, size);
  b.output("guided", guided);
  return b.build();
}

/** As `guidedGraph`, with the cotangent of `guided` → gradient of `negative`. The conditional branch falls away by itself. */
export function guidedGradientGraph(pipeline: Pipeline, size: StageSize): Graph {
  const b = new GraphBuilder();
  const { guided, negative } = guide(b, pipeline, size);
  const cotangent = b.input("cotangent", "float32", guided.shape);
  const [gradient] = appendGradient(b, [{ value: guided, cotangent }], [negative]);
  b.output("gradient", gradient ?? b.zeros(negative));
  return b.build();
}

/** ε̃ = ε(x, n) + γ·(ε(x, c) − ε(x, n)), after Ho & Salimans 2022 (arXiv:2207.12598) with n in place of the null text */
function guide(b: GraphBuilder, pipeline: Pipeline, { batch, height, width, contextTokens }: StageSize) {
  const tokens = contextTokens ?? pipeline.tokens;
  const sample = b.input("sample", "float32", [batch, pipeline.latentChannels, height, width]);
  const sinusoid = b.input("sinusoid", "float32", [1, pipeline.timeProjection.width]);
  const negative = b.input("negative", "float32", [1, tokens, pipeline.width]);
  const positive = b.input("positive", "float32", [batch, tokens, pipeline.width]);
  const guidance = b.input("guidance", "float32", []);
  const predict = (context: Value): Value =>
    present(
      pipeline.unet.build(b, { sample, timestep_sinusoid: sinusoid, encoder_hidden_states: context })["out_sample"],
    );
  const [unconditional, conditional] = [predict(negative), predict(positive)];
  const guided = b.add(unconditional, b.mul(guidance, b.sub(conditional, unconditional)));
  return { guided, negative };
}

/** latent as the UNet knows it [batch, 4, h, w] → image [batch, 3, H, W] in −1…1 */
export function decoderGraph(pipeline: Pipeline, size: StageSize): Graph {
  const b = new GraphBuilder();
  b.output("image", decode(b, pipeline, size).image);
  return b.build();
}

/** latent and cotangent of the image → gradient of the latent */
export function decoderGradientGraph(pipeline: Pipeline, size: StageSize): Graph {
  const b = new GraphBuilder();
  const { latent, image } = decode(b, pipeline, size);
  const cotangent = b.input("cotangent", "float32", image.shape);
  const [gradient] = appendGradient(b, [{ value: image, cotangent }], [latent]);
  b.output("gradient", gradient ?? b.zeros(latent));
  return b.build();
}

function decode(b: GraphBuilder, pipeline: Pipeline, { batch, height, width }: StageSize) {
  const latent = b.input("latent", "float32", [batch, pipeline.latentChannels, height, width]);
  const unscaled = b.div(latent, b.scalar(pipeline.vaeScaling));
  return { latent, image: present(pipeline.vaeDecoder.build(b, { latent_sample: unscaled })["sample"]) };
}

function present(value: Value | undefined): Value {
  if (value === undefined) throw new Error("the network lacks an output that it is known for");
  return value;
}
