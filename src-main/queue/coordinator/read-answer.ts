// What a worker has answered: taken if it is signed and can be used; a worker whose answer cannot be is asked no more.

import { type Diagnostic, refuse } from "../../common/diagnostic.ts";
import type { Answer } from "../../common/queue/piece.ts";
import { unpackAnswer } from "../pack-answer.ts";
import { isAnswerSigned } from "../sign.ts";
import { untilAborted } from "../until-aborted.ts";
import type { Following, OpenPiece } from "./open-piece.ts";

/** More of them fail alike: it is the piece, not the worker. */
const MOST_UNUSABLE = 2;

interface ReadAnswer<Result> {
  readonly result: Result;
  readonly warnings: readonly Diagnostic[];
}

export async function readAnswer<Result>(
  name: string,
  piece: OpenPiece,
  answer: Answer,
  context: Following<Result>,
): Promise<ReadAnswer<Result> | "lost" | "unusable"> {
  const { queue, signal, token, ticket, read } = context;
  const { id } = ticket();
  const { worker } = answer;
  if (!isAnswerSigned(answer, { job: id, piece: name }, token)) {
    await dismiss(piece, worker, "its answer is not signed with this queue's token", context);
    return "unusable";
  }
  const packed = await untilAborted(signal, queue.blobs.get(answer.blob));
  if (packed === null) return "lost";
  // Answers may be large, and a job may have many. One that stays for want of the queue is forgotten in an hour.
  void queue.blobs.drop([answer.blob]).catch(() => undefined);
  try {
    const { bytes, warnings } = unpackAnswer(packed);
    return { result: await read(bytes, piece.index), warnings };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    await dismiss(piece, worker, error.message, context);
    return "unusable";
  }
}

/** A worker whose answer cannot be used is asked no more. @throws Refusal if others fare no better */
export async function dismiss<Result>(
  { asked, unusable }: OpenPiece,
  worker: string,
  why: string,
  { ban, warn, ticket }: Following<Result>,
): Promise<void> {
  unusable.set(worker, why);
  const at = { stage: "workers", part: asked.name };
  if (unusable.size >= MOST_UNUSABLE) {
    refuse({
      code: "answer-unusable",
      at,
      message: `no answer can be used: ${[...unusable].map(([name, reason]) => `of ${name}, ${reason}`).join("; ")}`,
      help: "if several workers answer alike, the piece itself is at fault: a smaller learning rate keeps numbers finite",
    });
  }
  // It may have answered other pieces before it heard.
  if (Object.hasOwn(ticket().banned, worker)) return;
  await warn({
    severity: "warning",
    code: "worker-banned",
    at,
    message: `worker ${worker} takes no part any more: ${why}`,
    help: "check that machine, and start its worker anew under another name",
  });
  await ban(worker, why);
}
