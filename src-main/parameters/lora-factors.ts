// The two small factors of each layer that a LoRA changes, A at random and B zero, so that at first nothing changes
// (Hu et al. 2021, arXiv:2106.09685).

import { elementCount, floatTensor, type FloatTensor, type Shape } from "../common/tensor.ts";
import { at } from "../compiler/shapes.ts";
import { uniformInteger } from "../diffusion/noise.ts";
import type { LowRank } from "../models/lora/low-rank.ts";
import { factorNames, weightOf } from "../models/lora/module-names.ts";
import type { LoraChange } from "../models/lora/read-lora.ts";
import { floatsAt } from "../weights/read-tensor.ts";
import type { ParameterTensors } from "./parameter-kind.ts";

export interface LoraLayer {
  readonly path: string;
  /** [out, in, …] */
  readonly weight: Shape;
}

export function factorShapes(layers: readonly LoraLayer[], rank: number): Record<string, Shape> {
  return Object.fromEntries(
    layers.flatMap(({ path, weight: [out = 0, ...inputs] }) => {
      const { down, up } = factorNames({ path });
      return [
        [down, [rank, ...inputs]],
        [up, [out, rank, ...inputs.slice(1).map(() => 1)]],
      ] as const;
    }),
  );
}

export function initialFactors(layers: readonly LoraLayer[], rank: number, seed: number): ParameterTensors {
  const tensors: Record<string, FloatTensor> = {};
  const shapes = factorShapes(layers, rank);
  for (const [i, { path }] of layers.entries()) {
    const { down, up } = factorNames({ path });
    tensors[down] = kaimingUniform(shapes[down] ?? [], seed, i);
    tensors[up] = zeros(shapes[up] ?? []);
  }
  return tensors;
}

/** What a file has learned, with which the layers go on. @param changes of all layers, of the same rank, by the names of their weights */
export function factorsToGoOnFrom(
  layers: readonly LoraLayer[],
  changes: ReadonlyMap<string, LoraChange>,
  { rank, alpha }: { readonly rank: number; readonly alpha: number },
): ParameterTensors {
  const shapes = factorShapes(layers, rank);
  const tensors: Record<string, FloatTensor> = {};
  for (const layer of layers) {
    const names = factorNames(layer);
    const change = changes.get(weightOf(layer));
    if (change === undefined) throw new Error("all layers were found before");
    // Its own α may be another.
    const factor = (change.scale * rank) / alpha;
    tensors[names.down] = floatTensor(shapes[names.down] ?? [], floatsAt(change.down));
    tensors[names.up] = floatTensor(
      shapes[names.up] ?? [],
      floatsAt(change.up).map((n) => n * factor),
    );
  }
  return tensors;
}

export function factorsOf(tensors: ParameterTensors, layer: Pick<LoraLayer, "path">): LowRank<FloatTensor> {
  const { down, up } = factorNames(layer);
  return { down: present(tensors, down), up: present(tensors, up) };
}

function present(tensors: ParameterTensors, name: string): FloatTensor {
  const found = tensors[name];
  if (found === undefined) throw new Error(`a LoRA has the tensor ${name}`);
  return found;
}

/** The first number of a random stream's path. Images and steps of learning have others. */
const FACTOR = 5;
/** Steps between −1 and 1. */
const FINENESS = 2 ** 24;

/** As PyTorch begins a layer, and PEFT and kohya's scripts a LoRA: uniform in ±1/√n, of n inputs. */
export function kaimingUniform(shape: Shape, seed: number, layer: number): FloatTensor {
  const bound = 1 / Math.sqrt(elementCount(shape) / at(shape, 0));
  const stream = { seed, path: [FACTOR, layer] } as const;
  const uniform = (i: number): number => (2 * (uniformInteger(stream, FINENESS, i) + 0.5)) / FINENESS - 1;
  return floatTensor(
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => bound * uniform(i)),
  );
}

export function zeros(shape: Shape): FloatTensor {
  return floatTensor(shape, new Float32Array(elementCount(shape)));
}
