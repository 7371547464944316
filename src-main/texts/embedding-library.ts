// Word vectors by their names in prompts: embedding:NAME is the file NAME of the folder of embeddings.

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import { readEmbeddingFile } from "../embeddings/embedding-file.ts";

/** [width] each, in their order */
export type WordVectors = readonly Float32Array[];

export type EmbeddingLibrary = (name: string) => WordVectors;

const EXTENSIONS = ["", ".safetensors", ".pt", ".bin"];

/** @param width of the text encoder's word vectors; @param folder absent: every name is refused */
export function openEmbeddingLibrary(folder: string | undefined, width: number): EmbeddingLibrary {
  const known = new Map<string, WordVectors>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const vectors = readVectors(folder ?? refuseWithoutFolder(name), name, width);
    known.set(name, vectors);
    return vectors;
  };
}

function readVectors(folder: string, name: string, width: number): WordVectors {
  const file = findFile(folder, name);
  const embedding = readEmbeddingFile(file);
  if (embedding.kind !== "tokens") {
    return refuse({
      code: "embedding-not-words",
      at: { file },
      message: "this is a whole conditioning, which cannot stand among other words",
      help: "use it as the negative itself, by a Load Embedding node",
      command: "`--embedding FILE`",
    });
  }
  const [count = 0, ownWidth = 0] = embedding.vectors.shape;
  if (ownWidth !== width) {
    refuse({
      code: "embedding-width",
      at: { file },
      message: `these word vectors have width ${ownWidth}, but those of the text encoder have ${width}`,
      help: "768 fits Stable Diffusion 1.x, 1024 fits Stable Diffusion 2.x: use an embedding made for this model",
    });
  }
  return Array.from({ length: count }, (_, i) => embedding.vectors.data.subarray(i * width, (i + 1) * width));
}

/** Names come from prompts, which may come from anywhere: they stay inside of the folder. */
function findFile(folder: string, name: string): string {
  const isInside = !name.split(/[/\\]/).includes("..") && !/^([/\\]|[A-Za-z]:)/.test(name);
  const file = isInside ? EXTENSIONS.map((extension) => join(folder, name + extension)).find(existsSync) : undefined;
  if (file !== undefined) return file;
  return refuse({
    code: "embedding-unknown",
    at: { file: resolve(folder), part: `embedding:${name}` },
    message: `there is no embedding called ${name}`,
    help: `put ${name}.safetensors, .pt or .bin into this folder, or name another`,
  });
}

function refuseWithoutFolder(name: string): never {
  refuse({
    code: "embedding-folder",
    at: { part: `embedding:${name}` },
    message: `the text names the embedding ${name}, and nothing says where embeddings lie`,
    help: "name their folder in a recipe's `embeddings`, or in the Encoder node",
    command: "`--embeddings FOLDER`",
  });
}
