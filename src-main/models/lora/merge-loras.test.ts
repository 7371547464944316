import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { elementCount, floatTensor, type FloatTensor } from "../../common/tensor.ts";
import { readTensorAt } from "../../weights/read-tensor.ts";
import { openPipeline } from "../pipeline.ts";
import { mergeLoras, padToRank } from "./merge-loras.ts";
import { type LoraFile, readLora } from "./read-lora.ts";
import { writeLora } from "./write-lora.ts";

const folder = mkdtempSync(join(tmpdir(), "merge-loras-"));
afterAll(() => rmSync(folder, { recursive: true }));
const emoji = openPipeline("emoji");
const CONVOLUTION = { part: "unet", path: "mid_block.resnets.0.conv1" } as const;
const MATRIX = { part: "text encoder", path: "encoder.layers.0.mlp.fc1" } as const;

function numbers(phase: number, ...shape: readonly number[]): FloatTensor {
  return floatTensor(
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => Math.sin(i + phase)),
  );
}

function written(name: string, rank: number, alpha: number, layers: readonly ("matrix" | "convolution")[]): LoraFile {
  const changes = layers.map((layer) =>
    layer === "matrix"
      ? { ...MATRIX, down: numbers(rank, rank, 128), up: numbers(alpha, 512, rank) }
      : { ...CONVOLUTION, down: numbers(rank, rank, 128, 3, 3), up: numbers(alpha, 128, rank, 1, 1) },
  );
  const file = join(folder, `${name}.safetensors`);
  writeLora(file, { changes, rank, alpha }, { naming: "kohya" });
  return readLora(file, emoji);
}

/** scale · B·A in double precision, at some places of the weight. */
function product({ changes }: LoraFile, { part, path }: typeof MATRIX | typeof CONVOLUTION): number[] {
  const change = changes[part].get(`${path}.weight`);
  if (change === undefined) return SOME.map(() => 0);
  const [down, up] = [change.down, change.up].map((location) => Array.from(readTensorAt(location).data, Number));
  const [rank = 0] = change.down.shape;
  const columns = elementCount(change.down.shape) / rank;
  return SOME.map(([row, column]) =>
    Array.from({ length: rank }, (_, i) => (up?.[row * rank + i] ?? 0) * (down?.[i * columns + column] ?? 0)).reduce(
      (sum, term) => sum + change.scale * term,
      0,
    ),
  );
}

const SOME = [
  [0, 0],
  [1, 5],
  [77, 100],
  [127, 127],
] as const;

test.each(["kohya", "diffusers"] as const)(
  "a merged LoRA in the names of %s changes every weight by the weighed sum of what its parts change it by",
  (naming) => {
    const parts = [
      { lora: written("a", 4, 2, ["matrix", "convolution"]), strength: 0.75 },
      { lora: written("b", 3, 6, ["matrix"]), strength: -1.5 },
      { lora: written("c", 1, 1, ["convolution"]), strength: 2 },
    ];
    const merged = mergeLoras(parts, emoji);
    expect(merged.map(({ path, rank }) => [path, rank])).toEqual([
      [CONVOLUTION.path, 5],
      [MATRIX.path, 7],
    ]);
    const rank = Math.max(...merged.map((change) => change.rank));
    const changes = naming === "kohya" ? merged : merged.map((change) => padToRank(change, rank));
    const file = join(folder, `${naming}.safetensors`);
    writeLora(
      file,
      { changes: changes.map((change) => ({ ...change, alpha: change.rank })), rank, alpha: rank },
      { naming },
    );
    const read = readLora(file, emoji);
    for (const module of [MATRIX, CONVOLUTION]) {
      const wanted = parts.map(({ lora, strength }) => product(lora, module).map((n) => strength * n));
      for (const [i, found] of product(read, module).entries()) {
        const sum = wanted.reduce((total, part) => total + (part[i] ?? NaN), 0);
        expect(Math.abs(found - sum), `${module.path} ${SOME[i]?.join()}`).toBeLessThan(1e-6 * (1 + Math.abs(sum)));
      }
    }
  },
);
