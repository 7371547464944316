// Learned negative embeddings as safetensors files: the tensor `conditioning`, which ComfyUI's Load Conditioning reads too, and where it came from.

import { z } from "zod";
import { refuse } from "../common/diagnostic.ts";
import { embeddingMetadata, type EmbeddingMetadata } from "../common/embedding-metadata.ts";
import { type EmbeddingSpace, knownSpaceOfShape } from "../common/embedding-space.ts";
import { floatTensor, type FloatTensor, printType, type Tensor } from "../common/tensor.ts";
import { readSafetensorsHeader, readTensors, writeSafetensors } from "../weights/safetensors.ts";
import type { WeightMap } from "../weights/weight-map.ts";
import { refuseOtherFormats } from "./embedding-formats.ts";

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

/** The tensor's name, and the key of the file's metadata that holds ours as JSON. */
const TENSOR = "conditioning";
const METADATA = "reneg";

/** @param conditioning float32 [1, tokens, width] */
export function writeEmbedding(
  file: string,
  { conditioning, metadata }: { readonly conditioning: FloatTensor; readonly metadata: EmbeddingMetadata },
): void {
  const { tokens, width } = metadata.space;
  const wanted = printType({ dtype: "float32", shape: [1, tokens, width] });
  if (printType(conditioning) !== wanted) throw new Error(`${printType(conditioning)} is not an embedding ${wanted}`);
  if (!conditioning.data.every(Number.isFinite))
    throw new Error("an embedding with NaN or infinity is not worth saving");
  // Parsed, so that keys come in the schema's order and the same content gives the same bytes.
  const json = JSON.stringify(embeddingMetadata.parse(metadata));
  writeSafetensors(file, { [TENSOR]: conditioning }, { conditioning_options: "{}", [METADATA]: json });
}

/**
 * Half precision and float64 become float32.
 * @throws Refusal for other formats, other kinds of embeddings, a wrong shape, NaN, and damaged metadata
 */
export function readEmbedding(file: string): LearnedEmbedding {
  refuseOtherFormats(file);
  const header = readSafetensorsHeader(file);
  refuseOtherTensors(file, header.tensors);
  const conditioning = toConditioning(file, readTensors(file, [TENSOR])[TENSOR]);
  const metadata = parseMetadata(file, header.metadata[METADATA]);
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
      at: { file, part: TENSOR },
      message: `the file says that it holds ${space.tokens}×${space.width} numbers, but holds ${tokens}×${width}`,
      help: "another program has changed the file: use the original",
    });
  }
  return { file, conditioning, metadata, kind: "declared", space };
}

/** ComfyUI also saves `pooled_output`, which Stable Diffusion 1.x and 2.x do not read; other tensors change where or how a conditioning acts. */
const UNUSED_TENSORS = new Set([TENSOR, "pooled_output"]);

function refuseOtherTensors(file: string, tensors: WeightMap): void {
  const listed = [...tensors.keys()].slice(0, 6).join(", ") + (tensors.size > 6 ? `, … (${tensors.size} in all)` : "");
  if (!tensors.has(TENSOR)) {
    refuse({
      code: "embedding-missing",
      at: { file },
      message: `no tensor is called ${TENSOR}; the file holds ${listed || "none"}`,
      help: "`reneg inspect` tells what the file is; a negative embedding is what a run of `reneg train` saves",
    });
  }
  const other = [...tensors.keys()].find((name) => !UNUSED_TENSORS.has(name));
  if (other === undefined) return;
  refuse({
    code: "embedding-options",
    at: { file, part: other },
    message: `beside ${TENSOR} the file holds ${other}, which would change how it acts`,
    help: "save the conditioning again without masks, areas and other options",
  });
}

function toConditioning(file: string, tensor: Tensor | undefined): FloatTensor {
  if (tensor === undefined) throw new Error(`${TENSOR} was listed, but not read`);
  const at = { file, part: TENSOR };
  const { shape } = tensor;
  if (tensor.dtype !== "float32" && tensor.dtype !== "float64") {
    return refuse({
      code: "embedding-type",
      at,
      message: `the numbers are ${tensor.dtype}, not floating point`,
      help: "save the embedding as float32",
    });
  }
  if (shape.length !== 3 || shape[0] !== 1 || shape.includes(0)) {
    const isTokens = shape.length === 2;
    return refuse({
      code: "embedding-shape",
      at,
      message: `the shape is [${shape.join(", ")}], not [1, tokens, width]`,
      help: isTokens
        ? "if these are word vectors (textual inversion), they are another kind of embedding, which cannot be read yet"
        : "save one embedding per file, with a leading axis of size 1",
    });
  }
  const data = Float32Array.from(tensor.data);
  const broken = data.findIndex((value) => !Number.isFinite(value));
  if (broken !== -1) {
    const width = shape[2] ?? 1;
    refuse({
      code: "embedding-not-finite",
      at,
      message: `token ${Math.floor(broken / width)} has ${data[broken]} at ${broken % width}`,
      help: "the run that wrote it had failed: use an earlier checkpoint",
    });
  }
  return floatTensor(shape, data);
}

const anyVersion = z.object({ formatVersion: z.int() });

function parseMetadata(file: string, text: string | undefined): EmbeddingMetadata | null {
  if (text === undefined) return null;
  const at = { file, part: METADATA };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse({
      code: "embedding-metadata",
      at,
      message: "the metadata is not valid JSON",
      help: "another program has changed the file: use the original",
    });
  }
  const version = anyVersion.safeParse(json);
  if (version.success && version.data.formatVersion > 1) {
    refuse({
      code: "embedding-version",
      at,
      message: `the file has format version ${version.data.formatVersion}; this program reads version 1`,
      help: "update ReNeg Studio",
    });
  }
  const result = embeddingMetadata.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return refuse({
    code: "embedding-metadata",
    at: { file, part: [METADATA, ...(issue?.path ?? [])].join(".") },
    message: issue === undefined ? "the metadata is incomplete" : issue.message.toLowerCase(),
    help: "another program has changed the file: use the original",
  });
}
