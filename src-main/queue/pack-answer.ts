// What a worker gives for a piece, as one blob: the answer itself, and what it warns of.

import { type PieceResult, pieceResult } from "../common/queue/piece-task.ts";
import { pack, unpack } from "./pack.ts";

const ANSWER = "answer";

export function packAnswer({ bytes, warnings }: PieceResult): Uint8Array {
  return pack({ json: warnings, parts: new Map([[ANSWER, bytes]]) });
}

/** @throws Error for what `packAnswer` has not made: whoever reads it says whose it is */
export function unpackAnswer(packed: Uint8Array): PieceResult {
  const { json, parts } = unpack(packed);
  return pieceResult.parse({ bytes: parts.get(ANSWER), warnings: json });
}
