// Where the numbers of a graph's input come from, and how often they change. What changes rarely is computed then, and kept.

import type { Ref } from "../common/program/program.ts";
import type { StageNetwork, StageWork } from "../common/stage-times.ts";
import type { FloatTensor } from "../common/tensor.ts";
import type { Graph } from "../compiler/graph.ts";

/** A network that runs outside of the graph. */
export interface FeedStage {
  readonly name: string;
  readonly build: () => Graph;
  readonly of: { readonly network: StageNetwork; readonly work: StageWork };
}

export type Feed =
  /** The same for the whole run. */
  | { readonly rate: "run"; readonly tensor: () => FloatTensor | Promise<FloatTensor> }
  /** A row for each image of a batch, by the prompt that it is drawn from. */
  | {
      readonly rate: "prompt";
      readonly prompts: Ref;
      /** What is computed of a text: equal keys compute the same. */
      readonly key: string;
      /** @returns [1, …] */
      readonly of: (text: string) => Promise<FloatTensor>;
      /** What runs for each new text; absent: nothing that takes time. */
      readonly stage?: FeedStage;
    }
  /** A row for each of a batch, by the example that is drawn for it. */
  | {
      readonly rate: "example";
      readonly examples: Ref;
      /** What is computed of an example: equal keys compute the same. */
      readonly key: string;
      /** @param place of the example. @returns [1, …] */
      readonly of: (place: number) => Promise<FloatTensor>;
      /** What runs for each new example; absent: nothing that takes time. */
      readonly stage?: FeedStage;
    }
  /** A row for each image of a batch, by the image's number: which of a folder it begins with. */
  | { readonly rate: "source"; readonly of: (image: number) => Promise<Float32Array> }
  /** Known from where a sampler stands. */
  | { readonly rate: "timestep"; readonly sampler: Ref; readonly of: (index: number) => FloatTensor }
  /** A sampler's x_t at the step that it stands at, or the x̂0 of the step before, for those that look back. */
  | {
      readonly rate: "image";
      readonly sampler: Ref;
      readonly what: "sample" | "previous";
      /** What it is multiplied by at a step; absent: 1. */
      readonly scale?: (index: number) => number;
    }
  /** A value of the program that is computed elsewhere: a finished latent, an image. */
  | { readonly rate: "given"; readonly value: Ref }
  /** A tensor of a parameter, as it is at this step of learning. */
  | { readonly rate: "parameter"; readonly parameter: Ref; readonly tensor: string }
  /** The same as it was before anything was learned. */
  | { readonly rate: "start"; readonly parameter: Ref; readonly tensor: string };
