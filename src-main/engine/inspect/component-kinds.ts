// The parts of a pipeline, by the class names that their config files carry.

import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { parseSchedulerConfig, schedulerOf } from "../../diffusion/scheduler-config.ts";
import { classNameOf } from "../../models/class-name-of.ts";
import { partOfClass } from "../../models/class-names.ts";
import { partInFolder } from "../../models/model-part.ts";
import { holdsTokenizer, readTokenizerFiles } from "../../models/tokenizer/tokenizer-files.ts";
import { chooseWeights, holdsTwoSets } from "../../weights/component-weights.ts";
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

const TITLES: { readonly [P in LaidOutPart]: string } = {
  text_encoder: "CLIP text encoder",
  unet: "UNet",
  controlnet: "ControlNet",
  unet3d: "video UNet (ModelScope, ZeroScope, VideoCrafter)",
  motion: "motion modules (AnimateDiff)",
  vae: "autoencoder",
};

/** Known by name, so that people learn what they have. */
const NOT_SUPPORTED: ReadonlyMap<string, string> = new Map(
  Object.entries({
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
  }),
);

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
  const { value: className, problems } = attempt(() => classNameOf(folder));
  // Reading the broken config once more tells what is wrong with it.
  if (problems.length > 0) return { kind: "component", title: "part of a model", describe: () => ({ problems }) };
  // A folder inside a pipeline that was put together by hand is what its name says.
  const part = className === undefined ? partOfFolder(folder) : partOfClass(className);
  if (part !== undefined) return { kind: "component", title: TITLES[part], describe: inFolder(part) };
  const title = (className && NOT_SUPPORTED.get(className)) ?? className ?? "model without a class name";
  const told = className === undefined ? "its config.json has no _class_name" : className;
  return {
    kind: "component",
    title,
    describe: () => ({ problems: [notSupportedYet(folder, `a ${title} cannot be used yet (${told})`)] }),
  };
}

function partOfFolder(folder: string): LaidOutPart | undefined {
  const name = basename(folder);
  return (["text_encoder", "unet", "vae", "controlnet"] as const).find((part) => part === name);
}

function inFolder(name: LaidOutPart): ComponentKind["describe"] {
  return (folder) => {
    const description = describePart[name](partInFolder(folder, name));
    const files = existsSync(join(folder, "model.onnx")) ? [] : takenOf(folder);
    const sets = holdsTwoSets(folder) ? [MEANS_OF_TWO] : [];
    return { ...description, facts: [...sets, ...(description.facts ?? []), ...files] };
  };
}

/** Of weights that lie beside each other in several forms, which are read. */
function takenOf(folder: string) {
  const { taken, others } = chooseWeights(folder);
  return others.length === 0 ? [] : [fact("read from", `${taken}, and not from ${others.join(", ")} beside it`)];
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
