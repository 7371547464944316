// The sizes of a CLIPModel from the shapes of its tensors, where no config.json tells them.

import { refuse } from "../../common/diagnostic.ts";
import type { Shape } from "../../common/tensor.ts";
import type { WeightMap } from "../../weights/weight-map.ts";
import { type ClipConfig, clipConfig } from "../clip/clip-config.ts";
import type { ActivationName } from "../layers.ts";
import { parseConfig } from "../parse-config.ts";

/** What no shape tells. */
export interface Unshaped {
  readonly activation: ActivationName;
  /** By the width of the tower. */
  readonly visionHeads: (width: number) => number;
  readonly textHeads: (width: number) => number;
}

/** @param weights by the names of CLIPModel */
export function clipConfigOf(weights: WeightMap, file: string, unshaped: Unshaped): ClipConfig {
  const shape = (name: string): Shape => weights.get(name)?.shape ?? refuseMissing(file, name);
  const tower = (prefix: string) => ({
    hidden_act: unshaped.activation,
    num_hidden_layers: countLayers(weights, `${prefix}.encoder.layers`),
    intermediate_size: shape(`${prefix}.encoder.layers.0.mlp.fc1.weight`)[0],
  });
  const [textWidth = 0] = shape("text_model.final_layer_norm.weight");
  const [positions] = shape("text_model.embeddings.position_embedding.weight");
  const [vocabulary] = shape("text_model.embeddings.token_embedding.weight");
  const [visionWidth = 0, channels, patch = 0] = shape("vision_model.embeddings.patch_embedding.weight");
  const [places = 0] = shape("vision_model.embeddings.position_embedding.weight");
  // Parsed, so that what shapes do not tell has the defaults of CLIP.
  return parseConfig(
    clipConfig,
    {
      projection_dim: shape("visual_projection.weight")[0],
      text_config: {
        ...tower("text_model"),
        hidden_size: textWidth,
        max_position_embeddings: positions,
        vocab_size: vocabulary,
        num_attention_heads: unshaped.textHeads(textWidth),
        // The largest id of a text is its end.
        eos_token_id: 2,
      },
      vision_config: {
        ...tower("vision_model"),
        hidden_size: visionWidth,
        num_channels: channels,
        patch_size: patch,
        // One place is the class token's.
        image_size: Math.sqrt(places - 1) * patch,
        num_attention_heads: unshaped.visionHeads(visionWidth),
      },
    },
    file,
    { code: "weight-shape", help: "check that the weights and the config beside them come from the same model" },
  );
}

function countLayers(weights: WeightMap, prefix: string): number {
  let count = 0;
  while (weights.has(`${prefix}.${count}.layer_norm1.weight`)) count++;
  return count;
}

function refuseMissing(file: string, name: string): never {
  return refuse({
    code: "weight-missing",
    at: { file, part: name },
    message: "the network needs this tensor, but the file does not hold it",
    help: "check that the download is complete",
  });
}
