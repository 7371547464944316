// Whether a folder is a text encoder by itself, as transformers and a run save one.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../common/diagnostic.ts";
import { classNameOf } from "./class-name-of.ts";
import { partOfClass } from "./class-names.ts";

/** By its config, which says what it is. In the folder of a pipeline it is a part of that. What cannot be read is none. */
export function isTextEncoderFolder(folder: string): boolean {
  if (!existsSync(join(folder, "config.json"))) return false;
  try {
    return partOfClass(classNameOf(folder) ?? "") === "text_encoder";
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
