// What functions append to: one graph of a program's values, with what is to be known of it besides its operators.

import type { Ref } from "../common/program/program.ts";
import type { StageNetwork } from "../common/stage-times.ts";
import type { DataType, Shape } from "../common/tensor.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Value } from "../compiler/graph.ts";
import type { Feed } from "./feed.ts";
import type { Tensors } from "./values.ts";

/** Where the graph may be cut: between two networks, or inside one. */
export interface Border {
  /** Of the value as it passes from one part to another. */
  readonly name: string;
  readonly value: Value;
  /** What it is: by kinds a schedule chooses where to cut. */
  readonly kind: BorderKind;
  /** The sampler that has computed this prediction on its way, where one has. */
  readonly sampler?: Ref;
  /** The network that it lies inside of. */
  readonly within?: NetworkUse;
}
export const BORDER_KINDS = ["conditioning", "prediction", "latent", "image", "score", "hidden state"] as const;
export type BorderKind = (typeof BORDER_KINDS)[number];

/** A network in the graph: whose work a part is. */
export interface NetworkUse {
  /** What the user knows it by: `unet`, `reward preference`. */
  readonly name: string;
  readonly network: StageNetwork;
  /** Its result. */
  readonly value: Value;
}

/** What a network that predicts is asked. */
export interface Question {
  /** What tells networks apart: those of one name compute the same. */
  readonly network: string;
  /** Of which it predicts something [batch, …] */
  readonly sample: Value;
  /** By name [batch or 1, …] */
  readonly beside: Tensors;
  /** Appends the network. @param beside perhaps of several batches: so many are its answers */
  readonly ask: (beside: Tensors) => Tensors;
}

export interface AnsweredQuestion extends Question {
  readonly answer: Tensors;
}

/** How a sampler's latent enters the graph. */
export type SamplerEntry =
  /** As an input: it was drawn before. `frames`: those of a video are rows of the batch, as many as it has room for. */
  | { readonly kind: "given"; readonly rows?: "frames" }
  /** x̂0, as it is foreseen from one step. */
  | { readonly kind: "foreseen" }
  /** The last steps one by one, from where the sampler stands. */
  | { readonly kind: "unrolled"; readonly steps: number };

/** What a network computed at an earlier sampling step, as an input of the graph. */
export interface GivenFeatures {
  /** What it is given as. */
  readonly value: Ref;
  readonly shape: Shape;
}

export interface LoweringOptions {
  /** Images at once. */
  readonly batch: number;
  readonly samplerEntry: (sampler: Ref) => SamplerEntry;
  /** Values that are inputs of the graph. */
  readonly given?: ReadonlySet<Ref>;
  /** Contexts of a text behind one another, by the text encoder's call; 1 where none is named. */
  readonly chunks?: ReadonlyMap<Ref, number>;
  /** Deep features for every network that predicts, in the order in which they are asked; absent: they compute their own. */
  readonly givenFeatures?: readonly GivenFeatures[];
}

export class Lowering {
  readonly b: GraphBuilder;
  readonly batch: number;
  readonly samplerEntry: LoweringOptions["samplerEntry"];
  /** By the name of the graph's input. */
  readonly feeds: Map<string, Feed>;
  /** Between networks. */
  readonly borders: Border[];
  readonly networks: NetworkUse[];
  readonly questions: AnsweredQuestion[];
  /** Of every network that predicts, in the order in which they are asked; `null`: it has none that can be kept. */
  readonly deepFeatures: (Value | null)[];
  readonly #options: LoweringOptions;
  /** What this is the frozen view of. */
  readonly #of: Lowering | undefined;
  #frozen: Lowering | undefined;
  readonly #given: ReadonlySet<Ref>;
  readonly #chunks: ReadonlyMap<Ref, number>;
  readonly #made = new Map<string, unknown>();
  readonly #roles = new Map<string, number>();

  constructor(options: LoweringOptions, of?: Lowering) {
    const { batch, samplerEntry, given = new Set(), chunks = new Map() } = options;
    this.#options = options;
    this.#of = of;
    this.b = of?.b ?? new GraphBuilder();
    this.feeds = of?.feeds ?? new Map();
    this.borders = of?.borders ?? [];
    this.networks = of?.networks ?? [];
    this.questions = of?.questions ?? [];
    this.deepFeatures = of?.deepFeatures ?? [];
    this.batch = batch;
    this.samplerEntry = samplerEntry;
    this.#given = given;
    this.#chunks = chunks;
  }

  /** The same graph, to which values are appended as they would be if every parameter had stayed what it began as. */
  get frozen(): Lowering {
    this.#frozen ??= this.#of === undefined ? new Lowering(this.#options, this) : this;
    return this.#frozen;
  }

  get isFrozen(): boolean {
    return this.#of !== undefined;
  }

  isGiven(value: Ref): boolean {
    return this.#given.has(value);
  }

  chunksOf(encoder: Ref): number {
    return this.#chunks.get(encoder) ?? 1;
  }

  /**
   * An input of the graph, one for each key.
   * @param key begins with the word that the graph calls it by: graphs that compute the same are then equal, whatever feeds them
   */
  input(key: string, shape: Shape, feed: Feed, dtype: DataType = "float32"): Value {
    if (this.#of !== undefined) {
      const isParameter = feed.rate === "parameter";
      return this.#of.input(
        isParameter ? `start ${key}` : key,
        shape,
        isParameter ? { ...feed, rate: "start" } : feed,
        dtype,
      );
    }
    return this.once(`input ${key}`, () => {
      const [role = "input"] = key.split(" ");
      const count = (this.#roles.get(role) ?? 0) + 1;
      this.#roles.set(role, count);
      const name = count === 1 ? role : `${role}.${count}`;
      this.feeds.set(name, feed);
      return this.b.input(name, dtype, shape);
    });
  }

  /** Deep features for the network that is asked next; `null`: it computes its own. */
  nextFeatures(): Value | null {
    const { givenFeatures } = this.#options;
    if (givenFeatures === undefined) return null;
    const given = givenFeatures[this.deepFeatures.length];
    if (given === undefined) throw new Error("fewer deep features are given than networks predict");
    return this.input(`features ${given.value}`, given.shape, { rate: "given", value: given.value });
  }

  ask(question: Question): Tensors {
    const answer = question.ask(question.beside);
    this.questions.push({ ...question, answer });
    return answer;
  }

  /** What is asked for several times is appended once. */
  once<Made>(key: string, make: () => Made): Made {
    if (this.#made.has(key)) return this.#made.get(key) as Made;
    const made = make();
    this.#made.set(key, made);
    return made;
  }

  border(border: Border): Value {
    this.borders.push(border);
    return border.value;
  }

  network(use: NetworkUse): Value {
    this.networks.push(use);
    return use.value;
  }
}
