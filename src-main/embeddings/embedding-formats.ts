// The file formats of embeddings, told by their first bytes: what tensors a file holds, and the texts beside them.

import { refuse } from "../common/diagnostic.ts";
import { readRange, withOpenFile } from "../weights/byte-range.ts";
import { readNpyHeader } from "../weights/npy.ts";
import { readSafetensorsHeader } from "../weights/safetensors.ts";
import { TORCH_SIGNATURE, TORCH_SIGNATURE_BYTES } from "../weights/torch/torch-signature.ts";
import { readTorchWeights } from "../weights/torch/torch-weights.ts";
import type { WeightMap } from "../weights/weight-map.ts";

export interface EmbeddingContents {
  /** A file that is one array and nothing else has the name "". */
  readonly tensors: WeightMap;
  /** In safetensors the metadata, in PyTorch files what is saved beside the tensors. */
  readonly texts: Readonly<Record<string, string>>;
}

interface Format {
  readonly signature: RegExp;
  readonly read: (file: string) => EmbeddingContents;
}

const FORMATS: readonly Format[] = [
  // Pickles without an archive are refused by name there.
  { signature: TORCH_SIGNATURE, read: readTorch },
  { signature: /^\x93NUMPY/, read: (file) => ({ tensors: new Map([["", readNpyHeader(file)]]), texts: {} }) },
  { signature: /^\x89PNG/, read: refuseImage },
  // The last, since its reader knows the usual mix-ups.
  { signature: /^/, read: readSafetensors },
];

/** @throws Refusal if the file is of another format, or damaged */
export function readContents(file: string): EmbeddingContents {
  const head = withOpenFile(file, (opened) => readRange(opened, 0, Math.min(opened.size, TORCH_SIGNATURE_BYTES)));
  // latin1 gives each byte one character of the same code, so that patterns can name bytes.
  const text = Buffer.from(head).toString("latin1");
  const format = FORMATS.find(({ signature }) => signature.test(text));
  if (format === undefined) throw new Error("the last format fits every file");
  return format.read(file);
}

function readTorch(file: string): EmbeddingContents {
  const { tensors, scalars } = readTorchWeights(file);
  const texts = Object.entries(scalars).map(([name, value]) => [name, String(value)]);
  return { tensors, texts: Object.fromEntries(texts) };
}

function readSafetensors(file: string): EmbeddingContents {
  const { tensors, metadata } = readSafetensorsHeader(file);
  return { tensors, texts: metadata };
}

function refuseImage(file: string): never {
  refuse({
    code: "embedding-format",
    at: { file },
    message: "this is an image; some programs hide word vectors (textual inversions) in one",
    help: "use the same embedding as .pt, .bin or .safetensors",
  });
}
