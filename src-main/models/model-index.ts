// model_index.json of a diffusers pipeline: which classes its parts have. Other families are refused by name.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Diagnostic, Refusal } from "../common/diagnostic.ts";
import { readJson } from "../weights/json-file.ts";
import { classesOf, isClassOf } from "./class-names.ts";
import { parseConfig } from "./parse-config.ts";

/** Parts to their classes; `null` where the pipeline leaves a part out. Other keys are settings. */
export interface ModelIndex {
  readonly pipeline: string;
  readonly classes: Readonly<Record<string, string>>;
}

/** A library, and a class in it. */
const namedClass = z.tuple([z.string(), z.string()]);

const modelIndex = z
  .looseObject({ _class_name: z.string().default("an unnamed pipeline") })
  .transform(({ _class_name: pipeline, ...entries }): ModelIndex => {
    const classes = Object.entries(entries).flatMap(([part, entry]) => {
      const named = namedClass.safeParse(entry);
      return named.success ? [[part, named.data[1]] as const] : [];
    });
    return { pipeline, classes: Object.fromEntries(classes) };
  });

/** Absent in folders that were put together by hand. */
export function readModelIndex(folder: string): ModelIndex | undefined {
  const file = join(folder, "model_index.json");
  return existsSync(file) ? parseConfig(modelIndex, readJson(file), file) : undefined;
}

/** Networks exported to ONNX, in the names of diffusers and Optimum: which network it is shows in the model itself. */
const EXPORTED = /^(OnnxRuntimeModel|ORT\w+)$/;

/** Parts that change what a pipeline computes. */
const FOREIGN_PARTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    text_encoder_2: "has a second text encoder, as Stable Diffusion XL does",
    transformer: "draws with a transformer in place of a UNet",
    prior: "has a prior network",
    controlnet: "has a ControlNet built in",
    motion_adapter: "has a motion module, as AnimateDiff does",
  }),
);
/** Parts that look at finished images, or at images that nobody gives here. The scheduler is known by its own config. */
const IDLE_PARTS: ReadonlySet<string> = new Set([
  ...["scheduler", "safety_checker", "feature_extractor", "image_encoder"],
  // An export's autoencoder in two halves, which is known by its model.
  ...["vae_decoder", "vae_encoder"],
]);

/**
 * @param drawing the network that the pipeline draws with
 * @throws Refusal if the pipeline is of a family that cannot be run
 */
export function checkModelIndex(folder: string, drawing: "unet" | "unet3d" = "unet"): void {
  const index = readModelIndex(folder);
  if (index === undefined) return;
  const faults = Object.entries(index.classes).flatMap(([part, className]): Diagnostic[] => {
    const fault = faultOfPart(part, className, drawing);
    if (fault === undefined) return [];
    return [
      {
        severity: "error",
        code: "pipeline-unsupported",
        at: { file: join(folder, "model_index.json"), part },
        message: `${index.pipeline} ${fault}`,
        help: "use Stable Diffusion 1.x or 2.x, or a model trained further from them: CLIP text encoder, 2D UNet, AutoencoderKL",
      },
    ];
  });
  if (faults.length > 0) throw new Refusal(faults);
}

function faultOfPart(part: string, className: string, drawing: "unet" | "unet3d"): string | undefined {
  if (IDLE_PARTS.has(part)) return undefined;
  const foreign = FOREIGN_PARTS.get(part);
  if (foreign !== undefined) return `${foreign} (${className})`;
  const named = part === "unet" ? drawing : KNOWN_PARTS.find((name) => name === part);
  if (named === undefined) return `has a part called ${part} (${className}), which is not known here`;
  if (isClassOf(named, className) || EXPORTED.test(className)) return undefined;
  return `has ${className} as ${part}; supported is ${classesOf(named)}`;
}

const KNOWN_PARTS = ["text_encoder", "tokenizer", "vae"] as const;
