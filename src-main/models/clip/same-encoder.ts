// Whether a text encoder can stand in the place of a model's own: the network that draws has learned to read what that one writes.

import { refuse } from "../../common/diagnostic.ts";
import { type ModelPart, readPartConfig } from "../model-part.ts";
import { findModelPart } from "../networks.ts";
import { type Pipeline, textEncoderPart } from "../pipeline.ts";
import { type ClipTextConfig, clipTextConfig } from "./clip-config.ts";

/** By their keys in config.json, as people call them. */
const ARCHITECTURE = {
  hidden_size: "width",
  num_hidden_layers: "layers",
  vocab_size: "vocabulary",
  max_position_embeddings: "tokens",
  intermediate_size: "width inside its layers",
  num_attention_heads: "attention heads",
  hidden_act: "activation",
} as const satisfies Partial<Readonly<Record<keyof ClipTextConfig, string>>>;

interface Named {
  readonly name: string;
  readonly pipeline: Pick<Pipeline, "textEncoder">;
}

/** @param path of a text encoder's folder, or of a model that holds one @throws Refusal naming what differs, on both sides */
export function refuseOtherEncoder(path: string, target: Named): void {
  refuseOtherPart(textEncoderPart(path), target);
}

/** As `refuseOtherEncoder`, for that of another model. @throws Refusal */
export function refuseOtherEncoderOf({ textEncoder }: Pick<Pipeline, "textEncoder">, target: Named): void {
  refuseOtherPart(findModelPart(textEncoder.path, "text_encoder"), target);
}

function refuseOtherPart(part: ModelPart, { name, pipeline }: Named): void {
  const own = findModelPart(pipeline.textEncoder.path, "text_encoder");
  const [learned, wanted] = [readPartConfig(clipTextConfig, part), readPartConfig(clipTextConfig, own)];
  // Object.keys widens the keys of `ARCHITECTURE`.
  const keys = (Object.keys(ARCHITECTURE) as (keyof typeof ARCHITECTURE)[]).filter(
    (key) => learned[key] !== wanted[key],
  );
  const [first] = keys;
  if (first === undefined) return;
  const told = (config: ClipTextConfig): string => keys.map((key) => `${ARCHITECTURE[key]} ${config[key]}`).join(", ");
  refuse({
    code: "encoder-architecture",
    at: { file: part.configFile, part: first },
    message: `this text encoder has ${told(learned)}, but that of ${name} has ${told(wanted)}`,
    notes: [{ at: { file: own.configFile, part: first }, message: `is ${wanted[first]}` }],
    help: "a text encoder goes to the model that it was trained in, and to others of that family: those of Stable Diffusion 1.x, or those of 2.x",
  });
}
