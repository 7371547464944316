// The parts of a pipeline, by the class names that their config files carry.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parseSchedulerConfig, schedulerOf } from "../../diffusion/scheduler-config.ts";
import { partInFolder } from "../../models/model-part.ts";
import { holdsTokenizer, readTokenizerFiles } from "../../models/tokenizer/tokenizer-files.ts";
import { holdsTwoSets } from "../../weights/component-weights.ts";
import { readJson } from "../../weights/json-file.ts";
import type { LaidOutPart } from "../../weights/layouts/index.ts";
import { readTextFile } from "../../weights/text-file.ts";
import { attempt } from "./attempt.ts";
import { fact, notSupportedYet } from "./kind.ts";
import { describeOnnxFolder } from "./onnx-facts.ts";
import { describePart, type ComponentDescription } from "./part-facts.ts";

export interface ComponentKind {
  readonly kind: "component";
  readonly title: string;
  readonly describe: (folder: string) => ComponentDescription;
}

const BY_CLASS: Readonly<Record<string, ComponentKind>> = {
  CLIPTextModel: { kind: "component", title: "CLIP text encoder", describe: inFolder("text_encoder") },
  UNet2DConditionModel: { kind: "component", title: "UNet", describe: inFolder("unet") },
  ControlNetModel: { kind: "component", title: "ControlNet", describe: inFolder("controlnet") },
  UNet3DConditionModel: {
    kind: "component",
    title: "video UNet (ModelScope, ZeroScope)",
    describe: inFolder("unet3d"),
  },
  UNet3DVideoCrafterConditionModel: {
    kind: "component",
    title: "video UNet (VideoCrafter)",
    describe: inFolder("unet3d"),
  },
  MotionAdapter: { kind: "component", title: "motion modules (AnimateDiff)", describe: inFolder("motion") },
  AutoencoderKL: { kind: "component", title: "autoencoder", describe: inFolder("vae") },
};

/** Known by name, so that people learn what they have. */
const NOT_SUPPORTED: Readonly<Record<string, string>> = {
  CLIPTextModelWithProjection: "text encoder of Stable Diffusion XL",
  CLIPVisionModelWithProjection: "CLIP image encoder",
  T5EncoderModel: "T5 text encoder",
  UNetMotionModel: "video UNet (AnimateDiff)",
  UNetSpatioTemporalConditionModel: "video UNet (Stable Video Diffusion)",
  AutoencoderKLTemporalDecoder: "video autoencoder (Stable Video Diffusion)",
  AutoencoderTiny: "tiny autoencoder",
  SD3Transformer2DModel: "transformer of Stable Diffusion 3",
  FluxTransformer2DModel: "transformer of Flux",
  PixArtTransformer2DModel: "transformer of PixArt",
  LTXVideoTransformer3DModel: "transformer of LTX-Video",
  StableDiffusionSafetyChecker: "safety checker",
};

const SCHEDULER: ComponentKind = { kind: "component", title: "scheduler", describe: describeScheduler };
const ONNX: ComponentKind = { kind: "component", title: "ONNX model", describe: describeOnnxFolder };
const TOKENIZER: ComponentKind = { kind: "component", title: "CLIP tokenizer", describe: describeTokenizer };

/** `undefined` if nothing in the folder says that it is a part of a model. */
export function componentKindOf(folder: string): ComponentKind | undefined {
  if (existsSync(join(folder, "model.onnx"))) return ONNX;
  if (existsSync(join(folder, "config.json"))) return kindByConfig(folder);
  if (existsSync(join(folder, "scheduler_config.json"))) return SCHEDULER;
  if (holdsTokenizer(folder)) return TOKENIZER;
  return undefined;
}

function kindByConfig(folder: string): ComponentKind {
  const { value: className } = attempt(() => classNameOf(folder));
  if (className !== undefined) return kindOfClass(className);
  // Reading the broken config once more tells what is wrong with it.
  return { kind: "component", title: "part of a model", describe: () => ({ title: classNameOf(folder) }) };
}

function kindOfClass(className: string): ComponentKind {
  const found = BY_CLASS[className];
  if (found !== undefined) return found;
  const title = NOT_SUPPORTED[className] ?? className;
  return {
    kind: "component",
    title,
    describe: (folder) => ({ problems: [notSupportedYet(folder, `a ${title} cannot be used yet (${className})`)] }),
  };
}

const named = z.object({
  _class_name: z.string().optional(),
  architectures: z.array(z.string()).min(1).optional(),
  model_type: z.string().optional(),
});

/** diffusers writes `_class_name`, transformers `architectures`. */
function classNameOf(folder: string): string {
  const json = named.safeParse(readJson(join(folder, "config.json")));
  const { _class_name: diffusers, architectures, model_type: type } = json.data ?? {};
  return (
    diffusers ?? architectures?.[0] ?? (type === undefined ? "a model without a class name" : `model type ${type}`)
  );
}

function inFolder(name: LaidOutPart): ComponentKind["describe"] {
  return (folder) => {
    const description = describePart[name](partInFolder(folder, name));
    return holdsTwoSets(folder) ? { ...description, facts: [MEANS_OF_TWO, ...(description.facts ?? [])] } : description;
  };
}

const MEANS_OF_TWO = fact("two sets", "the running means (EMA) are used; those as trained with --no-ema");

function describeScheduler(folder: string): ComponentDescription {
  const file = join(folder, "scheduler_config.json");
  const config = parseSchedulerConfig(readTextFile(file, { what: "a JSON text" }), file);
  const { beta_start: first, beta_end: last, beta_schedule: schedule, num_train_timesteps: count } = config;
  return {
    facts: [
      fact("class", config._class_name ?? "unnamed"),
      fact("prediction", config.prediction_type),
      fact("noise", `${schedule}, β from ${first} to ${last} in ${count} steps`),
      ...(config.timestep_spacing === undefined ? [] : [fact("spacing", config.timestep_spacing)]),
      ...(config.rescale_betas_zero_snr ? [fact("end", "pure noise (zero terminal SNR)")] : []),
    ],
    problems: schedulerOf(config, file).warnings,
  };
}

function describeTokenizer(folder: string): ComponentDescription {
  const { ids, ranks, length, padId } = readTokenizerFiles(folder);
  return {
    facts: [
      fact("vocabulary", `${ids.size} tokens, ${ranks.size} merges`),
      fact("length", `${length} tokens, padded with ${padId}`),
    ],
  };
}
