// The layers that a LoRA can change, and what they are called in its files: by kohya's scripts, by diffusers in its several versions, by PEFT.

import type { WeightMap } from "../../weights/weight-map.ts";

/** The networks of a pipeline that a file may hold changes for. */
export const LORA_PARTS = ["unet", "text encoder"] as const;
export type LoraPart = (typeof LORA_PARTS)[number];

/** A layer by its path in the network: `mid_block.attentions.0.proj_in`. Its weight is `PATH.weight`. */
export interface LoraModule {
  readonly part: LoraPart;
  readonly path: string;
}

/** Matrices and convolutions. Tables of words and places are no layers. */
export function modulePaths(weights: WeightMap): string[] {
  return [...weights].flatMap(([name, { shape }]) => {
    const isLayer = name.endsWith(".weight") && shape.length >= 2 && !name.startsWith("embeddings.");
    return isLayer ? [name.slice(0, -".weight".length)] : [];
  });
}

export function weightOf({ path }: Pick<LoraModule, "path">): string {
  return `${path}.weight`;
}

/** The names of a layer's factors: `mid_block.attentions.0.proj_in.down`. */
export function factorNames({ path }: Pick<LoraModule, "path">): { readonly down: string; readonly up: string } {
  return { down: `${path}.down`, up: `${path}.up` };
}

/** As kohya's scripts write it, and most programs read it: `lora_unet_mid_block_attentions_0_proj_in`. */
export function kohyaName({ part, path }: LoraModule): string {
  return `${KOHYA[part][0]}${path.replaceAll(".", "_")}`;
}

/** As diffusers writes it: `unet.mid_block.attentions.0.proj_in`. */
export function diffusersName({ part, path }: LoraModule): string {
  return `${DIFFUSERS[part][0]}${path}`;
}

/** What stands before the path, the form that is written first. */
const KOHYA: { readonly [P in LoraPart]: readonly [string, ...string[]] } = {
  unet: ["lora_unet_"],
  // te1 where two encoders were foreseen.
  "text encoder": ["lora_te_text_model_", "lora_te1_text_model_"],
};
const PEFT = "base_model.model.";
const DIFFUSERS: { readonly [P in LoraPart]: readonly [string, ...string[]] } = {
  // The first versions of diffusers, and PEFT, have the UNet alone in a file.
  unet: ["unet.", "", PEFT, `${PEFT}unet.`],
  // transformers leaves out `text_model.` from 5.6 on.
  "text encoder": ["text_encoder.text_model.", "text_encoder.", `${PEFT}text_model.`, PEFT],
};

/** @returns the layer that a name means, in whichever spelling, without what it is of the layer */
export function moduleFinder(paths: {
  readonly [P in LoraPart]: readonly string[];
}): (name: string) => LoraModule | undefined {
  const found = new Map<string, LoraModule>();
  for (const part of LORA_PARTS) {
    for (const path of paths[part]) {
      const spelled = [
        ...KOHYA[part].map((prefix) => prefix + path.replaceAll(".", "_")),
        ...DIFFUSERS[part].flatMap((prefix) => [path, ...olderPaths(path)].map((older) => prefix + older)),
      ];
      for (const name of spelled) found.set(name, { part, path });
    }
  }
  return (name) => found.get(name);
}

/** Before layers held their own LoRA, diffusers kept it beside an attention: `attn1.processor.to_out`, `self_attn.to_q`. */
function olderPaths(path: string): string[] {
  const beside = path.replace(/\.(attn\d)\.(to_[qkv]|to_out)(\.0)?$/, ".$1.processor.$2");
  const ofText = path.replace(/\.self_attn\.(q|k|v|out)_proj$/, ".self_attn.to_$1");
  return [beside, ofText].filter((older) => older !== path);
}
