// Which tensor of a file is the embedding, and of which kind: a conditioning stands in for the text encoder's output, word vectors for its input.
// Both may have the same width, so the kind is told by names and axes; what could be either is refused.

import { refuse } from "../common/diagnostic.ts";
import { KNOWN_SPACES, knownSpaceOfShape } from "../common/embedding-space.ts";
import type { WeightLocation, WeightMap } from "../weights/weight-map.ts";

export interface FoundEmbedding {
  readonly kind: "conditioning" | "tokens";
  /** The tensor's name in the file, for messages; "" in a file that is one array. */
  readonly part: string;
  readonly location: WeightLocation;
}

/** What ComfyUI calls it, and we too. */
export const CONDITIONING = "conditioning";
/** ComfyUI also saves `pooled_output`, which Stable Diffusion 1.x and 2.x do not read; other tensors change where or how a conditioning acts. */
const UNUSED_TENSORS = new Set([CONDITIONING, "pooled_output"]);

/** @throws Refusal if no tensor is an embedding, if several could be, or if it could be of either kind */
export function findEmbedding(file: string, tensors: WeightMap): FoundEmbedding {
  return (
    findConditioning(file, tensors) ?? findTokens(file, tensors) ?? findByShape(tensors) ?? refuseMissing(file, tensors)
  );
}

/** The only tensor of a file, whatever its name, if it has the shape of a known conditioning. */
function findByShape(tensors: WeightMap): FoundEmbedding | undefined {
  const [[part, location] = ["", undefined], ...others] = tensors;
  const [batch, tokens = 0, width = 0, ...more] = location?.shape ?? [];
  const isKnown = others.length === 0 && batch === 1 && more.length === 0 && knownSpaceOfShape(tokens, width);
  return location === undefined || !isKnown ? undefined : { kind: "conditioning", part, location };
}

function findConditioning(file: string, tensors: WeightMap): FoundEmbedding | undefined {
  const named = tensors.get(CONDITIONING);
  if (named === undefined) {
    const bare = tensors.get("");
    return bare === undefined ? undefined : { kind: "conditioning", part: "", location: withBatch(file, bare) };
  }
  const other = [...tensors.keys()].find((name) => !UNUSED_TENSORS.has(name));
  if (other === undefined) return { kind: "conditioning", part: CONDITIONING, location: named };
  return refuse({
    code: "embedding-options",
    at: { file, part: other },
    message: `beside ${CONDITIONING} the file holds ${other}, which would change how it acts`,
    help: "save the conditioning again without masks, areas and other options",
  });
}

/** An array without a name is a conditioning if it has the axes of one; two axes suffice only where no text has so many words. */
function withBatch(file: string, location: WeightLocation): WeightLocation {
  const [tokens = 0, width = 0] = location.shape;
  if (location.shape.length !== 2) return location;
  if (knownSpaceOfShape(tokens, width) !== undefined) return { ...location, shape: [1, tokens, width] };
  return refuseEither(file, "", location);
}

/** As the stable-diffusion-webui, the textual inversion's own code, and kohya's scripts name them. */
const TOKENS = /^(emb_params|string_to_param\..*)$/;
/** Of files for two text encoders, in the order of the encoders. */
export const TWO_ENCODERS = ["clip_l", "clip_g"] as const;

export function isForTwoEncoders(tensors: WeightMap): boolean {
  return TWO_ENCODERS.every((name) => tensors.has(name));
}

function findTokens(file: string, tensors: WeightMap): FoundEmbedding | undefined {
  const names = [...tensors.keys()];
  const found = names.filter((name) => TOKENS.test(name));
  if (found.length > 1) refuseSeveral(file, found);
  if (isForTwoEncoders(tensors)) refuseSdxl(file);
  // diffusers saves one tensor under the name of its word.
  const [part] = found.length === 1 ? found : names;
  const given = part === undefined ? undefined : tensors.get(part);
  const isKnown = found.length === 1 || (names.length === 1 && !WEIGHT.test(part ?? ""));
  if (part === undefined || given === undefined || !isKnown) {
    if (names.every((name) => !WEIGHT.test(name)) && [...tensors.values()].every(isWord)) refuseSeveral(file, names);
    return undefined;
  }
  const location = withoutLeadingAxis(given);
  const [first = 0, second = 0] = location.shape;
  if (location.shape.length === 1) return { kind: "tokens", part, location: { ...location, shape: [1, first] } };
  if (location.shape.length !== 2) return undefined;
  if (knownSpaceOfShape(first, second) !== undefined) refuseEither(file, part, location);
  return { kind: "tokens", part, location };
}

/** Words may have dots in them too. */
const WEIGHT = /\.(weight|bias|gamma|beta|scale|alpha|running_mean|running_var|position_ids)$|lora_|\.\d+\./;

/** [1, count, width] is word vectors with an axis too many, if the width is that of a known encoder and they fit into a text. */
function withoutLeadingAxis(location: WeightLocation): WeightLocation {
  const [batch, count = 0, width = 0, ...more] = location.shape;
  const isOfWords = batch === 1 && more.length === 0 && WORD_WIDTHS.includes(width) && count <= MOST_WORDS;
  return isOfWords ? { ...location, shape: [count, width] } : location;
}

const WORD_WIDTHS: readonly number[] = [KNOWN_SPACES.clipL.width, KNOWN_SPACES.openclipH.width];
const MOST_WORDS = KNOWN_SPACES.clipL.tokens - 2;

function isWord({ shape }: WeightLocation): boolean {
  return shape.length <= 2 && WORD_WIDTHS.includes(shape.at(-1) ?? 0);
}

function refuseEither(file: string, part: string, { shape }: WeightLocation): never {
  const [rows = 0, width = 0] = shape;
  refuse({
    code: "embedding-ambiguous",
    at: part === "" ? { file } : { file, part },
    message: `${rows}×${width} numbers under ${part === "" ? "no name" : "this name"} could be word vectors as well as a conditioning`,
    help: `for word vectors (textual inversion) save them as emb_params, for a conditioning as ${CONDITIONING} [1, ${rows}, ${width}]`,
  });
}

function refuseSeveral(file: string, names: readonly string[]): never {
  refuse({
    code: "embedding-several",
    at: { file },
    message: `the file holds the word vectors of several embeddings: ${list(names)}`,
    help: "save each in a file of its own",
  });
}

function refuseSdxl(file: string): never {
  refuse({
    code: "embedding-sdxl",
    at: { file },
    message: "these word vectors are for the two text encoders of Stable Diffusion XL",
    help: "pipelines of two text encoders are not drawn here: use an embedding for Stable Diffusion 1.x or 2.x",
  });
}

function refuseMissing(file: string, tensors: WeightMap): never {
  refuse({
    code: "embedding-missing",
    at: { file },
    message: `no tensor is called ${CONDITIONING}, nor are there word vectors; the file holds ${list([...tensors.keys()])}`,
    help: "a negative embedding is what a run saves, or a textual inversion",
    command: "`reneg inspect` tells what the file is",
  });
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 6).map((name) => (name.length > 60 ? `${name.slice(0, 60)}…` : name));
  return shown.join(", ") + (names.length > 6 ? `, … (${names.length} in all)` : "") || "none";
}
