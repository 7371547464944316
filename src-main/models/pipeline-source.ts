// Where the parts of a pipeline are: folders beside each other, or one file. What is read from them is the same.

import type { Place } from "../common/diagnostic.ts";
import type { Prediction } from "../common/sampling.ts";
import type { ModelPart } from "./model-part.ts";
import type { TokenizerFiles } from "./tokenizer/tokenizer-files.ts";

export interface PipelineSource {
  /** For people. */
  readonly name: string;
  /** Absolute: the pipeline's folder or file. */
  readonly path: string;
  /** @throws Refusal where it is not held */
  readonly part: (name: "text_encoder" | "unet" | "vae") => ModelPart;
  readonly holds: (name: "text_encoder" | "tokenizer" | "unet" | "vae") => boolean;
  readonly readTokenizer: () => TokenizerSource;
  readonly readScheduler: () => SchedulerSource;
}

export interface TokenizerSource {
  readonly files: TokenizerFiles;
  /** For messages. */
  readonly place: Place;
}

/** The content of scheduler_config.json, or what stands for it, and where it is written. */
export interface SchedulerSource {
  readonly file: string;
  readonly text: string;
  /** Whether the text tells what the UNet predicts. */
  readonly tellsPrediction: boolean;
  /** What counts in place of the text's own values, by key; absent: nothing. */
  readonly meant?: Readonly<Record<string, unknown>>;
}

/** What a user adds to a pipeline, or knows better than its files. */
export interface PipelineOptions {
  /** A folder with vocab.json and merges.txt, or tokenizer.json; absent: the pipeline's own, or CLIP's. */
  readonly tokenizer?: string | undefined;
  /** See `pipelineOptions`, as all below. */
  readonly textEncoder?: string | undefined;
  readonly prediction?: Prediction | undefined;
  readonly base?: string | undefined;
  readonly ema?: boolean | undefined;
}
