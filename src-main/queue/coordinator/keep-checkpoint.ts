// What workers hand over of a run that is not done yet: taken if it is signed, and further than what is kept of it.

import { Refusal } from "../../common/diagnostic.ts";
import type { PieceCheckpoint } from "../../common/queue/piece.ts";
import { isCheckpointSigned } from "../sign.ts";
import { untilAborted } from "../until-aborted.ts";
import type { Following, OpenPiece } from "./open-piece.ts";
import { dismiss } from "./read-answer.ts";

/** @param name of the copy that was handed out @param isOpen whether the piece is still to be done */
export async function keepCheckpoint<Result>(
  name: string,
  piece: OpenPiece,
  found: PieceCheckpoint | undefined,
  { isOpen, ...context }: Following<Result> & { readonly isOpen: () => boolean },
): Promise<void> {
  const { queue, signal, token, ticket, onCheckpoint } = context;
  const before = piece.checkpoint?.step ?? -1;
  if (found === undefined || found.step <= before || onCheckpoint === undefined) return;
  // Its worker may be asked no more, and whoever begins from it refuses it.
  if (!isCheckpointSigned(found, { job: ticket().id, piece: name }, token)) return;
  const bytes = await untilAborted(signal, queue.blobs.get(found.blob));
  // Another one has taken its place, or will; or another copy has done it all.
  if (bytes === null || !isOpen() || found.step <= (piece.checkpoint?.step ?? -1)) return;
  piece.checkpoint = found;
  try {
    onCheckpoint(piece.index, bytes);
  } catch (error) {
    // Of this machine's own disk.
    if (!(error instanceof Error) || error instanceof Refusal) throw error;
    await dismiss(piece, found.worker, error.message, context);
  }
}
