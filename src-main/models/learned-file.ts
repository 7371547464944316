// What kind of thing was learned, as it lies on disk: told by names, without reading any numbers.

import { statSync } from "node:fs";
import { Refusal } from "../common/diagnostic.ts";
import { readNamedWeights } from "../weights/read-weights.ts";
import { weightFamilyOf } from "../weights/weight-families.ts";
import { openCheckpoint } from "./single-file/checkpoint.ts";
import { isTextEncoderFolder } from "./text-encoder-folder.ts";

export type LearnedFileKind = "embedding" | "lora" | "text encoder";

/**
 * @param path a file, the folder of a LoRA, as diffusers or PEFT saves it, or that of a text encoder, as transformers does. What cannot be
 * read is an embedding: whoever reads it as one tells why
 */
export function learnedFileKind(path: string): LearnedFileKind {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    return isTextEncoderFolder(path) ? "text encoder" : "lora";
  try {
    const family = weightFamilyOf(readNamedWeights(path));
    if (family === undefined) return "embedding";
    if (family.outlook !== "runs") return family.outlook.usedAs ?? "embedding";
    return openCheckpoint(path).holds("text_encoder") ? "text encoder" : "embedding";
  } catch (error) {
    if (error instanceof Refusal) return "embedding";
    throw error;
  }
}
