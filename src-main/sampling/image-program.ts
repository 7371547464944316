// The smallest programs: one image of a pipeline, and scores of images that exist.

import { type Call, type Program, program, PROGRAM_FORMAT, type Ref } from "../common/program/program.ts";
import type { RewardOptions } from "../common/reward-options.ts";
import type { Negative, SchedulerName } from "../common/sampling.ts";
import type { TextReading } from "../common/text-reading.ts";
import type { PipelineOptions } from "../models/pipeline-source.ts";

interface Size {
  readonly height: number;
  readonly width: number;
}

export interface ImageProgramOptions {
  readonly pipeline: string;
  readonly options: PipelineOptions;
  readonly reading: TextReading;
  readonly prompts: readonly string[];
  readonly negative: Negative;
  readonly guidance: number;
  readonly scheduler: SchedulerName;
  readonly steps: number;
  /** Absent: what the pipeline was made for. */
  readonly size?: Size;
}

/** The call of the image. */
export const IMAGE: Ref = "image";
/** The call of the text encoder. */
export const ENCODER: Ref = "encoder";
/** The call of the prompts that it is drawn from. */
const PROMPTS: Ref = "prompts";

type CallInput = Pick<Call, "fn"> & Partial<Call>;

export function imageProgram(asked: ImageProgramOptions): Program {
  const { pipeline, options, reading, prompts, guidance, scheduler, steps, size } = asked;
  const part = { path: pipeline, ...present(options) };
  return programOf({
    [PROMPTS]: { fn: "prompts", settings: { texts: [...prompts] } },
    [ENCODER]: { fn: "text encoder", settings: part },
    unet: { fn: "unet", settings: part },
    vae: { fn: "vae", settings: part },
    positive: { fn: "encode", inputs: { encoder: ENCODER, prompts: PROMPTS }, settings: readingOf(reading) },
    negative: negativeCall(asked),
    model: { fn: "model", inputs: { unet: "unet" }, settings: size === undefined ? {} : { size: { ...size } } },
    conditional: { fn: "predict", inputs: { model: "model", conditioning: "positive" } },
    unconditional: { fn: "predict", inputs: { model: "model", conditioning: "negative" } },
    guided: {
      fn: "guide",
      inputs: { positive: "conditional", negative: "unconditional" },
      settings: { scale: guidance },
    },
    // Nothing is learned: a gradient would be that of the last step.
    latent: {
      fn: "sample",
      inputs: { prediction: "guided" },
      settings: { scheduler, steps, gradient: { kind: "foreseen", last: 1 } },
    },
    [IMAGE]: { fn: "decode", inputs: { vae: "vae", latent: "latent" } },
  });
}

function negativeCall({ negative, reading }: ImageProgramOptions): CallInput {
  const inputs = { encoder: ENCODER };
  if (negative.kind === "embedding") return { fn: "load embedding", inputs, settings: { file: negative.file } };
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
