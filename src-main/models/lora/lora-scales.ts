// The α of a LoRA, where the file does not hold one for each layer: in the file's metadata (diffusers), or in the config beside it (PEFT).

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { refuse } from "../../common/diagnostic.ts";
import { readJson } from "../../weights/json-file.ts";
import { parseConfig } from "../parse-config.ts";
import type { LoraModule } from "./module-names.ts";

/** s of s · B·A, for a layer of this rank. */
export type ScaleOf = (module: LoraModule, rank: number) => number;

const adapterConfig = z.object({
  peft_type: z.literal("LORA").optional(),
  lora_alpha: z.number(),
  use_rslora: z.boolean().nullish(),
  use_dora: z.boolean().nullish(),
  alpha_pattern: z.record(z.string(), z.number()).nullish(),
});
type AdapterConfig = z.output<typeof adapterConfig>;

/** α is the rank where nobody tells: kohya's and diffusers' rule. */
const ALPHA_IS_RANK: ScaleOf = () => 1;

/** @param metadata of the safetensors file @param isPeft its names are PEFT's, which keeps α beside the file */
export function readScales(
  file: string,
  { metadata, isPeft }: { readonly metadata: Readonly<Record<string, string>>; readonly isPeft: boolean },
): ScaleOf {
  const told = metadata[DIFFUSERS_METADATA];
  if (told !== undefined) return scalesOfDiffusers(file, told);
  return isPeft ? scaleOfConfig(readPeftConfig(file)) : ALPHA_IS_RANK;
}

const DIFFUSERS_METADATA = "lora_adapter_metadata";

/** Keys of a config, each after the network that it is of: `unet.lora_alpha`. */
function scalesOfDiffusers(file: string, text: string): ScaleOf {
  const place = `${file}: ${DIFFUSERS_METADATA}`;
  const entries = Object.entries(parseConfig(z.record(z.string(), z.unknown()), parseText(file, text), place));
  const scales = new Map<string, ScaleOf>();
  for (const [part, prefix] of [
    ["unet", "unet."],
    ["text encoder", "text_encoder."],
  ] as const) {
    const own = entries.flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : []));
    if (own.length > 0)
      scales.set(part, scaleOfConfig(parseConfig(adapterConfig, Object.fromEntries(own), place), file));
  }
  return (module, rank) => (scales.get(module.part) ?? ALPHA_IS_RANK)(module, rank);
}

function parseText(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse({
      code: "lora-metadata",
      at: { file, part: DIFFUSERS_METADATA },
      message: "what the file says of its adapter is no JSON",
      help: "save it again with diffusers' save_lora_weights",
    });
  }
}

function readPeftConfig(file: string): AdapterConfig {
  const config = join(dirname(file), "adapter_config.json");
  if (existsSync(config)) return parseConfig(adapterConfig, readJson(config), config);
  return refuse({
    code: "lora-alpha",
    at: { file },
    message: "this LoRA was saved by PEFT, and its alpha stands in adapter_config.json, which is not beside it",
    help: "put adapter_config.json into the same folder, or save the LoRA with diffusers' save_lora_weights",
  });
}

function scaleOfConfig(config: AdapterConfig, file = ""): ScaleOf {
  const { lora_alpha: usual, use_rslora: isRankStabilised, use_dora: isDora, alpha_pattern: patterns } = config;
  if (isDora === true) {
    refuse({
      code: "lora-kind",
      at: { file },
      message: "this is a DoRA, which also scales each row of a weight",
      help: "use a plain LoRA, or merge the DoRA into the model with the program that it was made for",
    });
  }
  const own = Object.entries(patterns ?? {});
  return ({ path }, rank) => {
    // A key is the end of a path, or a pattern of one.
    const found = own.find(([pattern]) => path === pattern || new RegExp(`(^|\\.)${pattern}$`).test(path));
    const alpha = found?.[1] ?? usual;
    // Kalajdzievski 2023, arXiv:2312.03732
    return alpha / (isRankStabilised === true ? Math.sqrt(rank) : rank);
  };
}
