// Whether a file of something learned is a LoRA, and no embedding, as its tensors are called.

import { statSync } from "node:fs";
import { Refusal } from "../../common/diagnostic.ts";
import { readNamedWeights } from "../../weights/read-weights.ts";
import { weightFamilyOf } from "../../weights/weight-families.ts";

/** @param path a file, or the folder that diffusers or PEFT saved. What cannot be read is none: whoever reads it as an embedding tells why */
export function isLora(path: string): boolean {
  // No embedding is a folder.
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return true;
  try {
    const family = weightFamilyOf(readNamedWeights(path));
    return family !== undefined && family.outlook !== "runs" && family.outlook.usedAs === "lora";
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
