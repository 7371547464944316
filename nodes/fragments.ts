// What nodes hand to one another while a workflow is compiled: what the plan needs to know of each thing that flows.

import type { PortKind } from "../src-main/common/port-type.ts";
import type { Recipe, RecipeInput } from "../src-main/common/recipe.ts";
import type { Negative, SchedulerName } from "../src-main/common/sampling.ts";
import type { TextReading } from "../src-main/common/text-reading.ts";

/** By port kind. */
export interface Fragments {
  readonly "text encoder": Part;
  readonly unet: Part;
  readonly vae: Part;
  readonly model: Model;
  readonly prompts: PromptSource;
  readonly condition: Condition;
  readonly embedding: Embedding;
  readonly "guided noise": GuidedNoise;
  readonly latent: Latent;
  readonly image: Image;
  readonly score: Score;
  readonly "video model": VideoModel;
  readonly control: Control;
}
export type Fragment = Fragments[PortKind];

/** Of a pipeline. */
interface Part {
  readonly pipeline: PipelineChoice;
}

/** Its path, and what the user knows better than its files. */
export type PipelineChoice = Pick<Recipe, "pipeline" | "tokenizer" | "base" | "prediction" | "ema">;

interface Model extends Part {
  /** Pixels; `null`: what the pipeline was made for. */
  readonly size: { readonly height: number; readonly width: number } | null;
}

export type PromptSource = Recipe["prompts"];

interface Condition extends Part {
  readonly prompts: PromptSource;
  readonly reading: TextReading;
}

export interface Embedding {
  /** Its identity: two embeddings that begin alike are still two. */
  readonly node: string;
  /** What it is before anything is learned. */
  readonly start: Negative;
  readonly state: "trainable" | "learned" | "fixed";
}

interface GuidedNoise {
  readonly model: Model;
  readonly prompts: PromptSource;
  /** How prompts and negatives are read. */
  readonly reading: TextReading;
  /** `null`: the empty text. */
  readonly negative: Embedding | null;
  readonly scale: number;
}

interface Latent extends GuidedNoise {
  readonly scheduler: SchedulerName;
  readonly steps: number;
}

export type Image = Latent;

interface Score {
  /** What is scored. */
  readonly image: Image;
  readonly rewards: Readonly<NonNullable<Recipe["rewards"]>>;
}

type VideoModel = Pick<ApplicationInput, "to" | "base">;

/** A ControlNet, and what it follows. */
type Control = NonNullable<ApplicationInput["controls"]>[number] & { readonly controlnet: string };

/** What the node that learns decides. */
export interface Learning {
  readonly parameter: Embedding;
  /** What the objective looks at. */
  readonly image: Image;
  readonly recipe: RecipeInput;
}

/** What other nodes add to the recipe. Lists are joined; of everything else, one node decides. */
export type Contribution = Readonly<
  Partial<Pick<RecipeInput, "saveAs" | "checkpoints" | "evaluations" | "perSample" | "applications">>
> & {
  readonly previews?: readonly PreviewInput[];
};
/** One preview is written without a list. */
export type PreviewInput = Exclude<NonNullable<RecipeInput["previews"]>, readonly unknown[]>;
export type ApplicationInput = NonNullable<RecipeInput["applications"]>[number];
export type EvaluationInput = NonNullable<RecipeInput["evaluations"]>[number];
