// All functions of programs. A list that is passed as a value: who adds one adds it here.

import type { ProgramFunction, ProgramFunctions } from "../function.ts";
import { addScores } from "./add-scores.ts";
import { decode } from "./decode.ts";
import { encodeText } from "./encode-text.ts";
import { encode } from "./encode.ts";
import { guide } from "./guide.ts";
import { model } from "./model.ts";
import { negativeEmbedding } from "./negative-embedding.ts";
import { textEncoder, unet, vae } from "./pipeline-parts.ts";
import { predict } from "./predict.ts";
import { prompts } from "./prompts.ts";
import { sample } from "./sample.ts";
import { score } from "./score.ts";

const definitions: readonly ProgramFunction[] = [
  prompts,
  textEncoder,
  unet,
  vae,
  model,
  encode,
  encodeText,
  negativeEmbedding,
  predict,
  guide,
  sample,
  decode,
  score,
  addScores,
];

/** By name. */
export const programFunctions: ProgramFunctions = new Map(
  definitions.map((definition) => [definition.name, definition]),
);
