// Embeddings as files: learned ones, those of other programs, and word vectors. Ours are safetensors with the tensor `conditioning`, which ComfyUI's Load Conditioning reads too, and where it came from.

import { basename, extname } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import { embeddingMetadata, type EmbeddingMetadata } from "../common/embedding-metadata.ts";
import { type EmbeddingSpace, knownSpaceOfShape } from "../common/embedding-space.ts";
import type { EmbeddingStart } from "../common/embedding-strength.ts";
import { floatTensor, type FloatTensor, printType } from "../common/tensor.ts";
import { floatsAt } from "../weights/read-tensor.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import type { WeightLocation, WeightMap } from "../weights/weight-map.ts";
import { readContents } from "./embedding-formats.ts";
import { METADATA, parseMetadata, TOKEN_METADATA } from "./embedding-header.ts";
import { parseStart } from "./embedding-start.ts";
import { CONDITIONING, findEmbedding } from "./embedding-tensors.ts";

export interface LearnedEmbedding {
  readonly file: string;
  /** [1, tokens, width]: stands in for the text encoder's output on the negative side of guidance. */
  readonly conditioning: FloatTensor;
  /** `null` in files of other programs. */
  readonly metadata: EmbeddingMetadata | null;
  /** How its space is known: the file names it, or it is only the one usual for this shape. */
  readonly kind: "declared" | "declared by shape";
  /** `null` if the file does not name it and the shape is of no known space. */
  readonly space: EmbeddingSpace | null;
}

/** Word vectors (textual inversion): they stand in for words of a text, and go through the text encoder. */
export interface TokenEmbedding {
  readonly file: string;
  readonly kind: "tokens";
  /** The word that stands for them in other programs. */
  readonly name: string;
  /** [count, width] */
  readonly vectors: FloatTensor;
  /** What they were learned from; `null` where the file does not tell. */
  readonly start: EmbeddingStart | null;
}

/** @param conditioning float32 [1, tokens, width] */
export function writeEmbedding(
  file: string,
  { conditioning, metadata }: { readonly conditioning: FloatTensor; readonly metadata: EmbeddingMetadata | null },
): void {
  const [, tokens = 0, width = 0] = conditioning.shape;
  const wanted = printType({
    dtype: "float32",
    shape: [1, metadata?.space.tokens ?? tokens, metadata?.space.width ?? width],
  });
  if (printType(conditioning) !== wanted) throw new Error(`${printType(conditioning)} is not an embedding ${wanted}`);
  if (!conditioning.data.every(Number.isFinite))
    throw new Error("an embedding with NaN or infinity is not worth saving");
  // Parsed, so that keys come in the schema's order and the same content gives the same bytes.
  const own = metadata === null ? {} : { [METADATA]: JSON.stringify(embeddingMetadata.parse(metadata)) };
  writeSafetensors(file, { [CONDITIONING]: conditioning }, { conditioning_options: "{}", ...own });
}

/**
 * An embedding of either kind from any format. Half precision and float64 become float32.
 * @throws Refusal for other formats, a wrong shape, NaN, and damaged metadata
 */
export function readEmbeddingFile(file: string): LearnedEmbedding | TokenEmbedding {
  const { tensors, texts } = readContents(file);
  const { kind, part, location } = findEmbedding(file, tensors);
  if (kind === "conditioning") return toLearned(file, readConditioning(file, part, location), texts[METADATA]);
  const vectors = readFinite(file, part, location);
  const isWord = !/^(emb_params|string_to_param\.)/.test(part);
  const name = isWord ? part : (texts["name"] ?? basename(file, extname(file)));
  return { file, kind: "tokens", name, vectors, start: parseStart(texts[TOKEN_METADATA]) };
}

/** Of a file with several, those of one name. @throws Refusal for another shape than [count, width], and NaN */
export function readVectors(file: string, part: string, tensors: WeightMap): TokenEmbedding {
  const location = tensors.get(part);
  if (location?.shape.length !== 2) {
    return refuse({
      code: "embedding-shape",
      at: { file, part },
      message: `the shape is [${location?.shape.join(", ") ?? ""}], not [vectors, width]`,
      help: "save a row for each vector",
    });
  }
  return { file, kind: "tokens", name: part, vectors: readFinite(file, part, location), start: null };
}

/** As `readEmbeddingFile`, where only a conditioning is of use. */
export function readEmbedding(file: string): LearnedEmbedding {
  const embedding = readEmbeddingFile(file);
  if (embedding.kind !== "tokens") return embedding;
  const [count, width] = embedding.vectors.shape;
  return refuse({
    code: "embedding-tokens-only",
    at: { file },
    message: `these are ${count} word vectors of width ${width} (textual inversion), which need a text encoder to act`,
    help: "convert them with the text encoder of a pipeline",
    command: "`reneg embedding convert FILE --pipeline PIPELINE -o negative.safetensors`",
  });
}

function toLearned(file: string, conditioning: FloatTensor, json: string | undefined): LearnedEmbedding {
  const metadata = parseMetadata(file, json);
  const [, tokens = 0, width = 0] = conditioning.shape;
  if (metadata === null) {
    const usual = knownSpaceOfShape(tokens, width);
    const space = usual === undefined ? null : { id: usual.id, tokens, width };
    return { file, conditioning, metadata, kind: "declared by shape", space };
  }
  const { space } = metadata;
  if (space.tokens !== tokens || space.width !== width) {
    refuse({
      code: "embedding-shape",
      at: { file, part: CONDITIONING },
      message: `the file says that it holds ${space.tokens}×${space.width} numbers, but holds ${tokens}×${width}`,
      help: "another program has changed the file: use the original",
    });
  }
  return { file, conditioning, metadata, kind: "declared", space };
}

function readConditioning(file: string, part: string, location: WeightLocation): FloatTensor {
  const { shape } = location;
  if (shape.length !== 3 || shape[0] !== 1 || shape.includes(0)) {
    refuse({
      code: "embedding-shape",
      at: placeOf(file, part),
      message: `the shape is [${shape.join(", ")}], not [1, tokens, width]`,
      help: "save one embedding per file, with a leading axis of size 1",
    });
  }
  return readFinite(file, part, location);
}

function readFinite(file: string, part: string, location: WeightLocation): FloatTensor {
  const { shape, dtype } = location;
  const at = placeOf(file, part);
  if (!["float32", "float64", "float16", "bfloat16"].includes(dtype)) {
    refuse({
      code: "embedding-type",
      at,
      message: `the numbers are ${dtype}, not floating point`,
      help: "save the embedding as float32",
    });
  }
  if (shape.includes(0)) {
    refuse({ code: "embedding-shape", at, message: "the file holds no numbers", help: "use another embedding" });
  }
  const data = floatsAt(location);
  const broken = data.findIndex((value) => !Number.isFinite(value));
  if (broken !== -1) {
    const width = shape.at(-1) ?? 1;
    refuse({
      code: "embedding-not-finite",
      at,
      message: `token ${Math.floor(broken / width)} has ${data[broken]} at ${broken % width}`,
      help: "the run that wrote it had failed: use an earlier checkpoint",
    });
  }
  return floatTensor(shape, data);
}

function placeOf(file: string, part: string): { readonly file: string; readonly part?: string } {
  return part === "" ? { file } : { file, part };
}
