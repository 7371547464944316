// The smallest programs: an image of a pipeline under some negatives, and scores of images that exist.

import type { z } from "zod";
import type { ControlKind } from "../common/applying.ts";
import { type Call, type Program, program, PROGRAM_FORMAT, type Ref } from "../common/program/program.ts";
import type { RewardOptions } from "../common/reward-options.ts";
import type { Negative } from "../common/sampling.ts";
import type { TextReading } from "../common/text-reading.ts";
import type { PipelineOptions } from "../models/pipeline-source.ts";
import type { model } from "../program/functions/model.ts";
import type { sample } from "../program/functions/sample.ts";

interface Size {
  readonly height: number;
  readonly width: number;
}

/** Where the parts come from: a pipeline, or a video model. */
export interface ProgramModel extends PipelineOptions {
  readonly path: string;
  readonly draws: "pictures" | "videos";
}

/** As the settings of `controlnet`. */
export interface ProgramControl {
  readonly path: string;
  readonly picture: string;
  readonly kind: ControlKind;
  readonly scale: number;
}

/** One of the images: what it differs in from the others. */
export interface ProgramImage {
  /** What pulls the other way. */
  readonly negative: Negative;
  /** What is in the model; absent: nothing. */
  readonly learned?: LearnedInModel;
}

export type LearnedInModel =
  /** Absent strength: as it was trained. */
  | { readonly kind: "lora"; readonly file: string; readonly strength?: number | undefined }
  /** In place of the model's own: its folder, or a model that holds it. */
  | { readonly kind: "text encoder"; readonly path: string };

export interface ImagesProgramOptions {
  readonly model: ProgramModel;
  readonly reading: TextReading;
  readonly prompts: readonly string[];
  /** By name. */
  readonly images: Readonly<Record<string, ProgramImage>>;
  readonly guidance: number;
  /** As the settings of `sample`. */
  readonly sampling: z.input<typeof sample.settings>;
  /** As the settings of `model`. */
  readonly at: z.input<typeof model.settings>;
  readonly controls?: readonly ProgramControl[];
  /** Whether ControlNets see the prompt alone. */
  readonly guess?: boolean;
}

/** The call of an image that exists. */
export const IMAGE: Ref = "image";
/** The call of the text encoder. */
export const ENCODER: Ref = "encoder";
/** The call of the parameter that stands on the negative side of `contextProgram`. */
export const CONTEXT: Ref = "negative.drawn";
/** The call of its score. */
export const SCORE: Ref = "score";
/** The call of the prompts that it is drawn from. */
const PROMPTS: Ref = "prompts";

/** The call of the image of a name. */
export function imageOf(name: string): Ref {
  return `${IMAGE}.${name}`;
}

function latentOf(name: string): Ref {
  return `latent.${name}`;
}

type CallInput = Pick<Call, "fn"> & Partial<Call>;
type Calls = Readonly<Record<Ref, CallInput>>;

/** The same image several times, of the same prompts. */
export function imagesProgram(asked: ImagesProgramOptions): Program {
  const { prompts, model: from, images, controls = [] } = asked;
  return programOf({
    [PROMPTS]: { fn: "prompts", settings: { texts: [...prompts] } },
    ...partCalls(from),
    ...Object.fromEntries(controls.map((control, i) => [controlOf(i), { fn: "controlnet", settings: { ...control } }])),
    ...conditionalCalls(partsOf(""), "", asked),
    ...Object.assign({}, ...Object.entries(images).map(([name, image]) => imageCalls(name, image, asked))),
  });
}

interface Parts {
  /** The calls of the text encoder and of the network. */
  readonly encoder: Ref;
  readonly unet: Ref;
}

/** The model, and what it predicts beside the prompt. @param label ends the names of its calls */
function conditionalCalls({ encoder, unet }: Parts, label: string, asked: ImagesProgramOptions): Calls {
  const { reading, at, controls = [], guess = false } = asked;
  const own = `model${label}`;
  return {
    [`positive${label}`]: { fn: "encode", inputs: { encoder, prompts: PROMPTS }, settings: readingOf(reading) },
    [own]: { fn: "model", inputs: { unet }, settings: present(at) },
    ...(controls.length === 0
      ? {}
      : {
          [`steered${label}`]: {
            fn: "apply controlnet",
            inputs: { model: own, controls: controls.map((_, i) => controlOf(i)) },
            settings: { guess },
          },
        }),
    [`conditional${label}`]: {
      fn: "predict",
      inputs: { model: drawingModel(label, asked), conditioning: `positive${label}` },
    },
  };
}

/** The parts of an image that has others than the rest. */
function ownParts(learned: LearnedInModel, label: string, { model: from }: ImagesProgramOptions): Calls {
  const { encoder, unet } = partsOf(label);
  // A pipeline's parts are those of one text encoder; sessions are shared by what they compute.
  if (learned.kind === "text encoder") return networkCalls({ ...from, textEncoder: learned.path }, label);
  const settings = present({ file: learned.file, strength: learned.strength });
  return {
    [encoder]: { fn: "load text encoder lora", inputs: { encoder: ENCODER }, settings },
    [unet]: { fn: "load lora", inputs: { unet: "unet" }, settings },
  };
}

function partsOf(label: string): Parts {
  return { encoder: `${ENCODER}${label}`, unet: `unet${label}` };
}

function imageCalls(name: string, { negative, learned }: ProgramImage, asked: ImagesProgramOptions): Calls {
  const { guidance, sampling, reading } = asked;
  const label = learned === undefined ? "" : `.${name}`;
  return {
    ...(learned === undefined
      ? {}
      : { ...ownParts(learned, label, asked), ...conditionalCalls(partsOf(label), label, asked) }),
    [`negative.${name}`]: negativeCall(negative, partsOf(label).encoder, reading),
    [`unconditional.${name}`]: {
      fn: "predict",
      inputs: { model: drawingModel(label, asked), conditioning: `negative.${name}` },
    },
    [`guided.${name}`]: {
      fn: "guide",
      inputs: { positive: `conditional${label}`, negative: `unconditional.${name}` },
      settings: { scale: guidance },
    },
    // Nothing is learned: a gradient would be that of the last step.
    [latentOf(name)]: {
      fn: "sample",
      inputs: { prediction: `guided.${name}` },
      settings: present({ gradient: { kind: "foreseen", last: 1 }, ...sampling }),
    },
    [imageOf(name)]: { fn: "decode", inputs: { vae: "vae", latent: latentOf(name) } },
  };
}

function drawingModel(label: string, { controls = [] }: ImagesProgramOptions): Ref {
  return `${controls.length === 0 ? "model" : "steered"}${label}`;
}

function controlOf(i: number): Ref {
  return `control.${i + 1}`;
}

export interface ImageProgramOptions extends Omit<ImagesProgramOptions, "images"> {
  readonly negative: Negative;
}

/** One image, `DRAWN`. */
export function imageProgram({ negative, ...asked }: ImageProgramOptions): Program {
  return imagesProgram({ ...asked, images: { drawn: { negative } } });
}

export const DRAWN = imageOf("drawn");

/** The same image, with a parameter in the place of its negative, and a score of it. */
export function contextProgram(asked: Omit<ImageProgramOptions, "negative">, reward: ChosenReward): Program {
  const { calls, ...rest } = imageProgram({ ...asked, negative: { kind: "none" } });
  return program.parse({
    ...rest,
    calls: {
      ...calls,
      [CONTEXT]: { fn: "negative embedding", inputs: { encoder: ENCODER }, settings: { id: CONTEXT } },
      [SCORE]: { fn: "score", inputs: { image: DRAWN }, settings: present(reward) },
    },
  });
}

function partCalls(from: ProgramModel): Calls {
  const vae =
    from.draws === "pictures"
      ? { fn: "vae", settings: settingsOf(from) }
      : { fn: "video vae", inputs: { model: VIDEO } };
  return { ...networkCalls(from, ""), vae };
}

const VIDEO: Ref = "video";

/** The text encoder, and the network that reads its texts. @param label ends the names of the calls */
function networkCalls(from: ProgramModel, label: string): Calls {
  const { encoder, unet } = partsOf(label);
  const settings = settingsOf(from);
  if (from.draws === "pictures")
    return { [encoder]: { fn: "text encoder", settings }, [unet]: { fn: "unet", settings } };
  const inputs = { model: `${VIDEO}${label}` };
  return {
    [inputs.model]: { fn: "video model", settings },
    [encoder]: { fn: "video text encoder", inputs },
    [unet]: { fn: "video unet", inputs },
  };
}

function settingsOf(from: ProgramModel): Call["settings"] {
  const { draws: _, ...settings } = from;
  return present(settings);
}

function negativeCall(negative: Negative, encoder: Ref, reading: TextReading): CallInput {
  const inputs = { encoder };
  if (negative.kind === "embedding")
    return { fn: "load embedding", inputs, settings: present({ file: negative.file, strength: negative.strength }) };
  const text = negative.kind === "text" ? negative.text : "";
  return { fn: "encode text", inputs, settings: { text, ...readingOf(reading) } };
}

export interface ChosenReward extends RewardOptions {
  readonly path: string;
}

/** Scores of images of one size that exist, each by the name of its call. */
export function scoreProgram(rewards: Readonly<Record<Ref, ChosenReward>>, prompt: string, size: Size): Program {
  const scores = Object.entries(rewards).map(([name, reward]): [string, CallInput] => [
    name,
    { fn: "score", inputs: { image: IMAGE }, settings: present(reward) },
  ]);
  return programOf({
    [PROMPTS]: { fn: "prompts", settings: { texts: [prompt] } },
    [IMAGE]: {
      fn: "given image",
      inputs: { prompts: PROMPTS },
      settings: { size: { height: size.height, width: size.width } },
    },
    ...Object.fromEntries(scores),
  });
}

function programOf(calls: Readonly<Record<Ref, CallInput>>): Program {
  return program.parse({ format: PROGRAM_FORMAT, formatVersion: 1, calls, updates: {}, sinks: {} });
}

function readingOf({ longPrompts, promptWeights, embeddings }: TextReading): Call["settings"] {
  return { longPrompts, promptWeights, ...(embeddings === undefined ? {} : { embeddings }) };
}

/** Without what is absent, as JSON has it. */
function present(settings: object): Call["settings"] {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
