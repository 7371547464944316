// A CLIP in OpenCLIP's names: its sizes follow from its tensors; head widths and activation from open_clip_config.json or the architecture.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { refuse } from "../../common/diagnostic.ts";
import { readJson } from "../../weights/json-file.ts";
import { applyLayout, prefixIn } from "../../weights/layouts/layout.ts";
import { openClip } from "../../weights/layouts/open-clip.ts";
import type { WeightMap } from "../../weights/weight-map.ts";
import type { ClipConfig } from "../clip/clip-config.ts";
import { parseConfig } from "../parse-config.ts";
import { createClipTokenizer } from "../tokenizer/clip-tokenizer.ts";
import { createOpenClipTokenizer } from "../tokenizer/open-clip-tokenizer.ts";
import type { ClipParts } from "./clip-reward.ts";
import { clipConfigOf } from "./clip-shapes.ts";
import { openClipConfig } from "./open-clip-config.ts";
import { openClipPreprocessing, preprocessingOfOpenClip } from "./preprocessor-config.ts";
import { readRewardTokenizer } from "./read-reward-tokenizer.ts";
import type { WeightFile } from "./reward-files.ts";

export const OPEN_CLIP_MARK = openClip.mark;
export const OPEN_CLIP_CONFIG = "open_clip_config.json";

/** Where no file says it. ViT-H/14 is what HPSv2 and its kin are made from; text heads are 64 wide in all of OpenCLIP's models. */
const WITHOUT_CONFIG: Readonly<Record<number, { readonly headWidth: number; readonly activation: "gelu" }>> = {
  1280: { headWidth: 80, activation: "gelu" },
};
const TEXT_HEAD_WIDTH = 64;

/** @param path as the user gave it */
export function readOpenClipModel(
  { file, tensors }: WeightFile,
  folder: string,
  path: string,
): Omit<ClipParts, "scale"> {
  const prefix = prefixIn(tensors, openClip);
  if (prefix === undefined) return refuseNames(file);
  const weights = applyLayout(tensors, openClip, prefix);
  const configFile = join(folder, OPEN_CLIP_CONFIG);
  const described = existsSync(configFile) ? parseConfig(openClipConfig, readJson(configFile), configFile) : undefined;
  const config = sizesOf(weights, file, described?.model_cfg);
  const side = config.vision_config.image_size;
  const isOfTransformers = typeof described?.model_cfg.text_cfg.hf_tokenizer_name === "string";
  const createTokenizer = isOfTransformers ? createClipTokenizer : createOpenClipTokenizer;
  return {
    path,
    config,
    weights,
    tokenizer: createTokenizer(readRewardTokenizer(folder, file, config.text_config)),
    preprocessing: preprocessingOfOpenClip(
      described?.preprocess_cfg ?? openClipPreprocessing.parse({}),
      side,
      configFile,
    ),
  };
}

function sizesOf(
  weights: WeightMap,
  file: string,
  described: z.output<typeof openClipConfig>["model_cfg"] | undefined,
): ClipConfig {
  if (described !== undefined) {
    const { quick_gelu: quick, vision_cfg: vision, text_cfg: text } = described;
    return clipConfigOf(weights, file, {
      activation: quick ? "quick_gelu" : "gelu",
      visionHeads: (width) => width / vision.head_width,
      textHeads: () => text.heads,
    });
  }
  const known = WITHOUT_CONFIG[weights.get("vision_model.embeddings.class_embedding")?.shape[0] ?? 0];
  if (known === undefined) {
    return refuse({
      code: "open-clip-config",
      at: { file },
      message: "nothing says how many heads this CLIP has and which activation: only ViT-H/14 is known without",
      help: `put the model's ${OPEN_CLIP_CONFIG} beside the file`,
    });
  }
  const { headWidth, activation } = known;
  return clipConfigOf(weights, file, {
    activation,
    visionHeads: (width) => width / headWidth,
    textHeads: (width) => width / TEXT_HEAD_WIDTH,
  });
}

function refuseNames(file: string): never {
  return refuse({
    code: "reward-names",
    at: { file },
    message: "the tensors do not have the names of OpenCLIP",
    help: "leave out `kind`, so that the reward is recognised by its files",
  });
}
