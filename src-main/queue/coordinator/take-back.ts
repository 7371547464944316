// Pieces that nobody asks for any more: taken away at once, or when their workers have handed over what there is of them.

import { untilAborted } from "../until-aborted.ts";
import type { Following, OpenPiece } from "./open-piece.ts";

/** A worker hears it within seconds, and ends between two passes of a network. One that hangs does not keep anybody waiting. */
const HANDED_BACK_WITHIN_MS = 60_000;

/** What nobody asks for any more is taken out of `open`. */
export async function takeAway<Result>(open: Map<string, OpenPiece>, context: Following<Result>): Promise<void> {
  const unwanted = [...open.values()].filter(({ asked }) => asked.unwanted?.aborted === true);
  await drop(unwanted, open, context);
}

/** What is wanted back is asked for, and taken out of `open` when nobody works on it any more. */
export async function takeBack<Result>(open: Map<string, OpenPiece>, context: Following<Result>): Promise<void> {
  const { queue, signal, ticket, onHandedBack } = context;
  const wanted = [...open.values()].filter(({ asked }) => asked.wantedBack?.aborted === true);
  const fresh = wanted.filter(({ askedBackAt }) => askedBackAt === null);
  const copies = fresh.flatMap((piece) => piece.copies);
  if (copies.length > 0) await untilAborted(signal, queue.askBack(ticket().id, copies));
  // The queue may have been away until now: its workers have their time from here on.
  const now = performance.now();
  for (const piece of fresh) piece.askedBackAt = now;
  const ended = wanted.filter(
    ({ held, askedBackAt }) => held.size === 0 || now - (askedBackAt ?? now) > HANDED_BACK_WITHIN_MS,
  );
  await drop(ended, open, context);
  for (const { index } of ended) onHandedBack?.(index);
}

async function drop<Result>(
  pieces: readonly OpenPiece[],
  open: Map<string, OpenPiece>,
  { queue, ticket, signal }: Following<Result>,
): Promise<void> {
  if (pieces.length === 0) return;
  await untilAborted(
    signal,
    queue.drop(
      ticket().id,
      pieces.flatMap(({ copies }) => copies),
    ),
  );
  for (const { asked } of pieces) open.delete(asked.name);
}
