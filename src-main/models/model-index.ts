// model_index.json of a diffusers pipeline: which classes its parts have. Other families are refused by name.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Diagnostic, Refusal } from "../common/diagnostic.ts";
import { readJson } from "../weights/json-file.ts";
import { parseConfig } from "./parse-config.ts";

/** Parts to their classes; `null` where the pipeline leaves a part out. Other keys are settings. */
export interface ModelIndex {
  readonly pipeline: string;
  readonly classes: Readonly<Record<string, string>>;
}

const modelIndex = z
  .looseObject({ _class_name: z.string().default("an unnamed pipeline") })
  .transform(({ _class_name: pipeline, ...entries }): ModelIndex => {
    const classes = Object.entries(entries).flatMap(([part, entry]) => {
      const named = z.tuple([z.string(), z.string()]).safeParse(entry);
      return named.success ? [[part, named.data[1]] as const] : [];
    });
    return { pipeline, classes: Object.fromEntries(classes) };
  });

/** Absent in folders that were put together by hand. */
export function readModelIndex(folder: string): ModelIndex | undefined {
  const file = join(folder, "model_index.json");
  return existsSync(file) ? parseConfig(modelIndex, readJson(file), file) : undefined;
}

/** The classes that each part may have. */
const SUPPORTED: Readonly<Record<string, readonly string[]>> = {
  text_encoder: ["CLIPTextModel"],
  tokenizer: ["CLIPTokenizer", "CLIPTokenizerFast"],
  unet: ["UNet2DConditionModel"],
  vae: ["AutoencoderKL"],
};

/** Networks exported to ONNX, in the names of diffusers and Optimum: which network it is shows in the model itself. */
const EXPORTED = /^(OnnxRuntimeModel|ORT\w+)$/;

/** Parts that change what a pipeline computes. */
const FOREIGN_PARTS: Readonly<Record<string, string>> = {
  text_encoder_2: "has a second text encoder, as Stable Diffusion XL does",
  transformer: "draws with a transformer in place of a UNet",
  prior: "has a prior network",
  controlnet: "has a ControlNet built in",
  motion_adapter: "has a motion module, as AnimateDiff does",
};

/** @throws Refusal if the pipeline is of a family that cannot be run */
export function checkModelIndex(folder: string, unetClasses = SUPPORTED["unet"]): void {
  const index = readModelIndex(folder);
  if (index === undefined) return;
  const { pipeline, classes } = index;
  const faults = Object.entries(classes).flatMap(([part, className]): Diagnostic[] => {
    const foreign = FOREIGN_PARTS[part];
    const supported = part === "unet" ? unetClasses : SUPPORTED[part];
    if (foreign === undefined && (supported === undefined || supported.includes(className) || EXPORTED.test(className)))
      return [];
    return [
      {
        severity: "error",
        code: "pipeline-unsupported",
        at: { file: join(folder, "model_index.json"), part },
        message:
          foreign === undefined
            ? `${pipeline} has ${className} as ${part}; supported is ${supported?.join(" or ")}`
            : `${pipeline} ${foreign} (${className})`,
        help: "use Stable Diffusion 1.x or 2.x, or a model trained further from them: CLIP text encoder, 2D UNet, AutoencoderKL",
      },
    ];
  });
  if (faults.length > 0) throw new Refusal(faults);
}
