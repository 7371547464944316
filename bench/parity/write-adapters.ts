// Writes LoRA, textual inversions and text encoders as a run saves them, with the pictures that we draw by them, for prove_adapters.py.
//
//     node bench/parity/write-adapters.ts FOLDER

import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { elementCount, floatTensor, type FloatTensor } from "../../src-main/common/tensor.ts";
import { normalNoise } from "../../src-main/diffusion/noise.ts";
import { openPipeline } from "../../src-main/models/pipeline.ts";
import { loraKind } from "../../src-main/parameters/lora.ts";
import { storeOf, type ParameterTensors, type StoredParameter } from "../../src-main/parameters/parameter-kind.ts";
import { tokenEmbeddingKind } from "../../src-main/parameters/token-embedding.ts";
import { trainedTextEncoderKind } from "../../src-main/parameters/trained-text-encoder.ts";
import { StageSessions } from "../../src-main/runtime/stage-sessions.ts";
import { openHost } from "../../src-main/sampling/open-host.ts";
import { writeSafetensors } from "../../src-main/weights/safetensors.ts";
import { drawWithAdapters } from "./draw-with-adapters.ts";

const SEED = 11;
const DRAWING = { prompt: "a red apple", steps: 4, guidance: 3 };
const STRENGTH = 0.7;

const [folder = "adapters"] = process.argv.slice(2).map((path) => resolve(path));
mkdirSync(folder, { recursive: true });
const sessions = new StageSessions("cpu");
const host = openHost(sessions);
const emoji = openPipeline("emoji");
const noise = normalNoise({ seed: SEED, path: [1] }, 4 * 16 * 16);
const images: Record<string, FloatTensor> = { noise: floatTensor([1, 4, 16, 16], noise) };
const origin = { createdWith: "parity", parameter: "p", program: {}, rewards: [], seed: 0, steps: 0, guidance: null };

/** As if something had been learned: every number moves. */
function moved(tensors: ParameterTensors): ParameterTensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }], i) => {
      const change = normalNoise({ seed: SEED, path: [2, i] }, elementCount(shape));
      return [
        name,
        floatTensor(
          shape,
          data.map((n, j) => n + 0.05 * (change[j] ?? NaN)),
        ),
      ];
    }),
  );
}

async function save(file: string, { initial, saver }: StoredParameter): Promise<string> {
  const path = join(folder, file);
  (await saver())(path, moved(await initial()), origin);
  return path;
}

function image(data: Float32Array): FloatTensor {
  return floatTensor([1, 3, 64, 64], data);
}

try {
  for (const naming of ["kohya", "diffusers"] as const) {
    for (const part of ["unet", "text encoder"] as const) {
      const targets = ["attention", "feed-forward", ...(part === "unet" ? ["convolutions"] : [])];
      const settings = { part, rank: 3, alpha: 2, targets, seed: SEED, naming };
      const name = `lora-${naming}-${part.replace(" ", "-")}`;
      const file = await save(`${name}.safetensors`, storeOf(loraKind, emoji, settings, host));
      const loras = [{ file, strength: STRENGTH }];
      images[name] = image(await drawWithAdapters({ ...DRAWING, noise, loras }, sessions));
    }
  }
  for (const layers of [1, undefined]) {
    const name = `encoder-${layers ?? "whole"}`;
    const textEncoder = await save(
      name,
      storeOf(trainedTextEncoderKind, emoji, { layers, form: "transformers" }, host),
    );
    images[name] = image(await drawWithAdapters({ ...DRAWING, noise, textEncoder }, sessions));
  }
  for (const naming of ["diffusers", "a1111", "a1111-pt"] as const) {
    const start = { kind: "text", text: "blurry bad" } as const;
    const settings = { name: "learned", count: 3, start, naming };
    const name = `words-${naming}`;
    const ending = naming === "a1111-pt" ? "pt" : "safetensors";
    await save(`${name}.${ending}`, storeOf(tokenEmbeddingKind, emoji, settings, host));
    const negative = { text: `red, embedding:${name}, bad`, embeddings: folder };
    images[name] = image(await drawWithAdapters({ ...DRAWING, noise, negative }, sessions));
  }
  images["plain"] = image(await drawWithAdapters({ ...DRAWING, noise }, sessions));
  const settings = JSON.stringify({ ...DRAWING, strength: STRENGTH });
  writeSafetensors(join(folder, "images.safetensors"), images, { settings });
} finally {
  await sessions.release();
}
