// The contract of a kind of parameter: what its tensors are, what they start from, and how they are saved. One file a kind; the function
// of the same name says how the tensors enter the graph.

import type { Ref } from "../common/program/program.ts";
import type { FloatTensor, Shape } from "../common/tensor.ts";
import type { TextReading } from "../common/text-reading.ts";
import type { Pipeline } from "../models/pipeline.ts";

/** By the name of the tensor. */
export type ParameterTensors = Readonly<Record<string, FloatTensor>>;

/** What a kind may ask of the machine. */
export interface ParameterHost {
  /** @returns the text encoder's last hidden state [1, chunks · tokens, width]; absent chunks: as many as the text fills */
  readonly encodeText: (
    pipeline: Pipeline,
    text: string,
    reading: TextReading,
    chunks?: number,
  ) => Promise<FloatTensor>;
  /** A saved embedding [1, tokens, width], checked to fit. @param strength absent: 1, as it was learned @throws Refusal */
  readonly loadEmbedding: (pipeline: Pipeline, file: string, strength?: number) => Promise<FloatTensor>;
}

/** Where what was learned comes from. Paths of this machine stay out of it. */
export interface Origin {
  /** `reneg-studio 0.1.0` */
  readonly createdWith: string;
  readonly parameter: Ref;
  /** With names in place of paths. */
  readonly program: Readonly<Record<string, unknown>>;
  /** What it was made by, free of this machine's paths; absent: a plain recipe. */
  readonly workflow?: Readonly<Record<string, unknown>> | undefined;
  readonly rewards: readonly { readonly name: string; readonly role: "train" | "held-out" }[];
  readonly seed: number;
  /** Done until then. */
  readonly steps: number;
  /** The guidance that it was learned at; `null`: it was learned at none. */
  readonly guidance: number | null;
}

/** @template Base what it is a parameter of, opened: a pipeline, a reward */
export interface ParameterKind<Settings, Base = Pipeline> {
  /** As messages call it, in lower case. */
  readonly name: string;
  /** By name, of each tensor. @throws Refusal for settings that leave nothing to learn */
  readonly shapes: (base: Base, settings: Settings) => Readonly<Record<string, Shape>>;
  /** Before anything is learned. @throws Refusal for a file that does not fit */
  readonly initial: (base: Base, settings: Settings, host: ParameterHost) => Promise<ParameterTensors>;
  /**
   * @returns what writes a file that other programs read, where there is a usual format. What it needs of networks is computed before
   *   anything is learned: a run that is stopped saves without them
   */
  readonly saver: (base: Base, host: ParameterHost, settings: Settings) => Promise<SaveParameter>;
}

/** @throws Refusal if the file cannot be written */
export type SaveParameter = (file: string, tensors: ParameterTensors, origin: Origin) => void;

/** A parameter of a program, as a run needs it. */
export interface StoredParameter {
  /** The kind's name. */
  readonly kindName: string;
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly initial: () => Promise<ParameterTensors>;
  readonly saver: () => Promise<SaveParameter>;
}

/** What a function of the kind's name hands on beside how its tensors enter the graph. */
export function storeOf<Settings, Base>(
  kind: ParameterKind<Settings, Base>,
  base: Base,
  settings: Settings,
  host: ParameterHost,
): StoredParameter {
  return {
    kindName: kind.name,
    shapes: kind.shapes(base, settings),
    initial: () => kind.initial(base, settings, host),
    saver: () => kind.saver(base, host, settings),
  };
}
