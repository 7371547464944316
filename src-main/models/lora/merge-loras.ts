// Several LoRA as one: W + Σ sᵢ·Bᵢ·Aᵢ = W + B·A, where A has the rows of all Aᵢ and B the columns of all sᵢ·Bᵢ. The sum is exact; its
// rank is the sum of their ranks.

import { elementCount, floatTensor, type FloatTensor, type Shape } from "../../common/tensor.ts";
import { floatsAt } from "../../weights/read-tensor.ts";
import type { Pipeline } from "../pipeline.ts";
import type { LowRank } from "./low-rank.ts";
import { LORA_PARTS, type LoraModule } from "./module-names.ts";
import type { LoraChange, LoraFile } from "./read-lora.ts";

export interface WeighedLora {
  readonly lora: LoraFile;
  /** How strongly it acts: 1 as it was trained. */
  readonly strength: number;
}

export interface MergedChange extends LoraModule, LowRank<FloatTensor> {
  readonly rank: number;
}

/** @param pipeline that all of them change @returns for each layer that one of them changes, with α = rank */
export function mergeLoras(
  parts: readonly WeighedLora[],
  { unet, textEncoder }: Pick<Pipeline, "unet" | "textEncoder">,
): MergedChange[] {
  return LORA_PARTS.flatMap((part) => {
    const { weights } = part === "unet" ? unet : textEncoder;
    const names = new Set(parts.flatMap(({ lora }) => [...lora.changes[part].keys()]));
    return [...names].map((name) => {
      const own = parts.flatMap(({ lora, strength }) => {
        const change = lora.changes[part].get(name);
        return change === undefined ? [] : [{ change, strength }];
      });
      const path = name.slice(0, -".weight".length);
      return { part, path, ...concatenate(own, weights.get(name)?.shape ?? []) };
    });
  });
}

interface WeighedChange {
  readonly change: LoraChange;
  readonly strength: number;
}

/** @param weight [out, in, …] */
function concatenate(parts: readonly WeighedChange[], [out = 0, ...inputs]: Shape) {
  const columns = elementCount(inputs);
  const rank = parts.reduce((sum, { change }) => sum + (change.down.shape[0] ?? 0), 0);
  const down = new Float32Array(rank * columns);
  const up = new Float32Array(out * rank);
  let first = 0;
  for (const { change, strength } of parts) {
    const own = change.down.shape[0] ?? 0;
    const factor = strength * change.scale;
    const ownUp = floatsAt(change.up);
    down.set(floatsAt(change.down), first * columns);
    for (let row = 0; row < out; row++)
      for (let i = 0; i < own; i++) up[row * rank + first + i] = factor * (ownUp[row * own + i] ?? 0);
    first += own;
  }
  return { rank, down: floatTensor([rank, ...inputs], down), up: floatTensor(upShape(out, rank, inputs), up) };
}

/**
 * With zeros, so that all have one rank and one α: nothing that acts is added. Diffusers' names tell them once for all layers, and of
 * kohya's names diffusers itself misses the α of some layers where they differ.
 */
export function padToRank(change: MergedChange, rank: number): MergedChange {
  const [, ...inputs] = change.down.shape;
  const [out = 0] = change.up.shape;
  const down = new Float32Array(rank * elementCount(inputs));
  const up = new Float32Array(out * rank);
  down.set(change.down.data);
  for (let row = 0; row < out; row++) {
    up.set(change.up.data.subarray(row * change.rank, (row + 1) * change.rank), row * rank);
  }
  return {
    ...change,
    rank,
    down: floatTensor([rank, ...inputs], down),
    up: floatTensor(upShape(out, rank, inputs), up),
  };
}

/** As convolutions have it, with 1s behind. */
function upShape(out: number, rank: number, inputs: Shape): Shape {
  return [out, rank, ...inputs.slice(1).map(() => 1)];
}
