// What a worker gives for a piece, as one blob: the answer itself, and what it warns of.

import { z } from "zod";
import { type PieceResult, pieceResult } from "../common/queue/piece-task.ts";
import { pack, unpack } from "./pack.ts";

const ANSWER = "answer";

const header = z.object({ warnings: z.unknown() });

/** @param of makes it a blob of its own, whatever else answers the same, so that whoever has read it may drop it */
export function packAnswer(
  { bytes, warnings }: PieceResult,
  of: { readonly job: string; readonly piece: string },
): Uint8Array {
  return pack({ json: { of, warnings }, parts: new Map([[ANSWER, bytes]]) });
}

/** @throws Error for what `packAnswer` has not made: whoever reads it says whose it is */
export function unpackAnswer(packed: Uint8Array): PieceResult {
  const { json, parts } = unpack(packed);
  return pieceResult.parse({ bytes: parts.get(ANSWER), warnings: header.parse(json).warnings });
}
