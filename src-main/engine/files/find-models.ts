// The models in a folder that draw, steer or move.

import { extname } from "node:path";
import { isModel } from "../../models/target/kind-of-target.ts";
import { searchFolder } from "./search-folder.ts";
import { WEIGHT_ENDINGS } from "./weight-endings.ts";

/** Smaller files are embeddings and the like. */
const LEAST_BYTES = 2 ** 20;

export function findModels(folder: string): string[] {
  return searchFolder(folder, ({ path, isFolder, bytes }) =>
    (isFolder || (bytes >= LEAST_BYTES && WEIGHT_ENDINGS.has(extname(path).toLowerCase()))) && isModel(path)
      ? path
      : undefined,
  );
}
