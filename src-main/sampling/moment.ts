// What the inputs of graphs are at one moment of a run, and how they become tensors.

import { joinArrays } from "../common/join-arrays.ts";
import type { Ref } from "../common/program/program.ts";
import { type FloatTensor, floatTensor, type Shape } from "../common/tensor.ts";
import type { ParameterTensors } from "../parameters/parameter-kind.ts";
import type { Feed } from "../program/feed.ts";
import type { TextStore } from "../runtime/text-store.ts";

/** Where a sampler stands. */
export interface SamplerPosition {
  /** 0 is the noisiest step. */
  readonly index: number;
  /** x_t [batch, channels, height, width] */
  readonly sample: Float32Array;
  /** x̂0 of the step before, for samplers that look back. */
  readonly previous: Float32Array | undefined;
}

export type ParameterValues = ReadonlyMap<Ref, Readonly<Record<string, FloatTensor>>>;

export interface Moment {
  /** The text of each image of the batch, by the call of the prompts. */
  readonly texts: ReadonlyMap<Ref, readonly string[]>;
  /** Places of the examples of the batch, by the call that they are drawn from. */
  readonly examples?: ReadonlyMap<Ref, readonly number[]>;
  /** Numbers of the batch's images, by which those to begin with are chosen; absent: 0, 1, … */
  readonly images?: readonly number[];
  readonly samplers?: ReadonlyMap<Ref, SamplerPosition>;
  /** Finished latents and images. */
  readonly given?: ReadonlyMap<Ref, Float32Array>;
  readonly parameters: ParameterValues;
}

/** What was computed of a text, by what was computed and of which. */
export type PromptTensors = TextStore<FloatTensor>;

/** What is kept between the moments of a run. */
export interface Kept {
  readonly known: PromptTensors;
  readonly once: Map<Feed, FloatTensor>;
  /** What a parameter begins as, and stays where nothing changes it. */
  readonly start: (parameter: Ref) => Promise<ParameterTensors>;
}

export async function tensorOf(
  feed: Feed,
  shape: Shape,
  moment: Moment,
  { known, once, start }: Kept,
): Promise<FloatTensor> {
  switch (feed.rate) {
    case "run": {
      const tensor = once.get(feed) ?? (await feed.tensor());
      once.set(feed, tensor);
      return tensor;
    }
    case "prompt":
      return rowsOf(
        shape,
        present(moment.texts.get(feed.prompts), feed.prompts).map((text) => ({
          name: `${feed.key} ${text}`,
          of: () => feed.of(text),
        })),
        known,
      );
    case "example":
      return rowsOf(
        shape,
        present(moment.examples?.get(feed.examples), feed.examples).map((place) => ({
          name: `${feed.key} ${place}`,
          of: () => feed.of(place),
        })),
        // An image is read faster than a text is encoded, and would take its place.
        feed.stage === undefined ? undefined : known,
      );
    case "source": {
      const rows: Float32Array[] = [];
      const [batch = 0] = shape;
      for (let i = 0; i < batch; i++) rows.push(await feed.of(moment.images?.[i] ?? i));
      return floatTensor(shape, joinArrays(rows));
    }
    case "timestep":
      return feed.of(present(moment.samplers?.get(feed.sampler), feed.sampler).index);
    case "image": {
      const { index, sample, previous } = present(moment.samplers?.get(feed.sampler), feed.sampler);
      // At its first step a sampler has nothing to look back at, and gives that the weight 0.
      const image = feed.what === "sample" ? sample : (previous ?? new Float32Array(sample.length));
      const scale = feed.scale?.(index) ?? 1;
      return floatTensor(shape, scale === 1 ? image : image.map((n) => n * scale));
    }
    case "given":
      return floatTensor(shape, present(moment.given?.get(feed.value), feed.value));
    case "start":
      return present((await start(feed.parameter))[feed.tensor], feed.parameter);
    case "parameter": {
      const tensors = moment.parameters.get(feed.parameter) ?? (await start(feed.parameter));
      return present(tensors[feed.tensor], feed.parameter);
    }
  }
}

interface Row {
  /** What it is kept by. */
  readonly name: string;
  readonly of: () => Promise<FloatTensor>;
}

async function rowsOf(shape: Shape, rows: readonly Row[], known?: PromptTensors): Promise<FloatTensor> {
  const each: Float32Array[] = [];
  for (const { name, of } of rows) {
    const tensor = known?.get(name) ?? (await of());
    known?.set(name, tensor);
    each.push(tensor.data);
  }
  return floatTensor(shape, joinArrays(each));
}

function present<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`nothing is known of ${name} at this moment`);
  return value;
}
