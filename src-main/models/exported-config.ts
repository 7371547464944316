// What config.json would say of a network that was exported to ONNX without one, as the script of diffusers leaves them.

import { refuse } from "../common/diagnostic.ts";
import type { Shape } from "../common/tensor.ts";
import type { OnnxModel } from "../compiler/onnx/import/read-model.ts";

type Config = Readonly<Record<string, unknown>>;

/** Something that fits any width: the blocks are in the export itself. */
const ONE_BLOCK = {
  down_block_types: ["DownBlock2D"],
  up_block_types: ["UpBlock2D"],
  attention_head_dim: 1,
  norm_num_groups: 1,
};

/** Of an export only what surrounds the network is asked: what it takes and gives, not how it is built. */
export const deriveExportedConfig: { readonly [part: string]: (model: OnnxModel) => Config } = {
  text_encoder: (model) => {
    const [vocabulary, width] = weightNamed(model, "token_embedding.weight") ?? refuseUntold(model, "its vocabulary");
    const [tokens] = weightNamed(model, "position_embedding.weight") ?? [];
    return {
      vocab_size: vocabulary,
      hidden_size: width,
      num_attention_heads: 1,
      // One attention a layer.
      num_hidden_layers: model.nodes.filter(({ opType }) => opType === "Softmax").length,
      hidden_act: model.nodes.some(({ opType }) => opType === "Erf" || opType === "Gelu") ? "gelu" : "quick_gelu",
      ...(tokens === undefined ? {} : { max_position_embeddings: tokens }),
    };
  },
  unet: (model) => {
    const [first, into] = kernelReading(model, "sample");
    const text = model.inputs.find(({ name }) => name === "encoder_hidden_states")?.dims.at(-1);
    if (typeof text !== "number") refuseUntold(model, "the width of the texts that it reads");
    return {
      in_channels: into,
      out_channels: kernelWriting(model, "out_sample")[0],
      block_out_channels: [first],
      ...ONE_BLOCK,
      cross_attention_dim: text,
    };
  },
  vae: (model) => {
    const [, latent] = kernelReading(model, "latent_sample");
    // Each level but the last doubles the picture. How wide they are is the export's own affair.
    const doublings = model.nodes.filter(({ opType }) => opType === "Resize").length;
    return {
      latent_channels: latent,
      block_out_channels: Array.from({ length: doublings + 1 }, () => 1),
      norm_num_groups: 1,
    };
  },
};

/** [out, in, height, width] of the convolution that an input enters first. */
export function kernelReading(model: OnnxModel, input: string): Shape {
  const reader = model.nodes.find(
    (node) => node.input[0] === input && (node.opType === "Conv" || node.opType === "Cast"),
  );
  if (reader?.opType === "Cast") return kernelReading(model, reader.output[0] ?? "");
  return shapeOf(model, reader?.input[1]) ?? refuseUntold(model, `the channels of ${input}`);
}

function kernelWriting(model: OnnxModel, output: string): Shape {
  const writer = model.nodes.find((node) => node.output.includes(output));
  if (writer?.opType === "Cast") return kernelWriting(model, writer.input[0] ?? "");
  return shapeOf(model, writer?.input[1]) ?? refuseUntold(model, `the channels of ${output}`);
}

/** Networks in networks have longer names. */
function weightNamed({ weights }: OnnxModel, ending: string): Shape | undefined {
  return weights.entries().find(([name]) => name.endsWith(ending))?.[1].shape;
}

function shapeOf({ weights, constants }: OnnxModel, name = ""): Shape | undefined {
  return (weights.get(name) ?? constants.get(name))?.shape;
}

function refuseUntold({ file }: OnnxModel, what: string): never {
  refuse({
    code: "onnx-config-missing",
    at: { file },
    message: `there is no config.json beside it, and the model itself does not tell ${what}`,
    help: "put the config.json of the network that it was exported from into this folder",
  });
}
