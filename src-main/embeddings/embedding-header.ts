// What a learned embedding's file says about itself: one text in the header of safetensors, checked when it is read.

import { z } from "zod";
import { refuse } from "../common/diagnostic.ts";
import { embeddingMetadata, type EmbeddingMetadata } from "../common/embedding-metadata.ts";

/** The key of the file's metadata that holds ours as JSON. */
export const METADATA = "reneg";

/** Where word vectors of ours say what they are. */
export const TOKEN_METADATA = "reneg-studio";

const anyVersion = z.object({ formatVersion: z.int() });

/** @returns `null` in files of other programs */
export function parseMetadata(file: string, text: string | undefined): EmbeddingMetadata | null {
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
