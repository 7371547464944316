// The shared secret of a queue: a job or an answer that was not written by someone who knows it is not looked at.

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { JobTicket } from "../common/queue/job.ts";
import type { Answer, BlobHash, Piece, PieceCheckpoint } from "../common/queue/piece.ts";

export function hashOf(bytes: Uint8Array | string): BlobHash {
  return createHash("sha256").update(bytes).digest("hex");
}

/** @param token empty: whoever reaches the queue may take part */
export function signJob(job: Omit<JobTicket, "signature">, token: string): JobTicket {
  return { ...job, signature: sign(token, wordsOfJob(job)) };
}

export function isJobSigned(job: JobTicket, token: string): boolean {
  return isSame(job.signature, sign(token, wordsOfJob(job)));
}

/** @param piece of this job */
export function signPiece(piece: Omit<Piece, "signature">, job: string, token: string): Piece {
  return { ...piece, signature: sign(token, wordsOfPiece(piece, job)) };
}

export function isPieceSigned(piece: Piece, job: string, token: string): boolean {
  return isSame(piece.signature, sign(token, wordsOfPiece(piece, job)));
}

interface AnsweredPiece {
  readonly job: string;
  readonly piece: string;
}

export function signAnswer(answer: Omit<Answer, "signature">, to: AnsweredPiece, token: string): Answer {
  return { ...answer, signature: sign(token, wordsOfAnswer(answer, to)) };
}

export function isAnswerSigned(answer: Answer, to: AnsweredPiece, token: string): boolean {
  return isSame(answer.signature, sign(token, wordsOfAnswer(answer, to)));
}

type UnsignedCheckpoint = Omit<PieceCheckpoint, "signature">;

export function signCheckpoint(checkpoint: UnsignedCheckpoint, of: AnsweredPiece, token: string): PieceCheckpoint {
  return { ...checkpoint, signature: sign(token, wordsOfCheckpoint(checkpoint, of)) };
}

export function isCheckpointSigned(checkpoint: PieceCheckpoint, of: AnsweredPiece, token: string): boolean {
  return isSame(checkpoint.signature, sign(token, wordsOfCheckpoint(checkpoint, of)));
}

function wordsOfJob({
  id,
  kind,
  title,
  version,
  device,
  models,
  files,
  silenceMs,
  begun,
  banned,
}: UnsignedJob): string {
  return JSON.stringify([id, kind, title, version, device, models, files, silenceMs, begun, banned]);
}

type UnsignedJob = Omit<JobTicket, "signature">;

function wordsOfPiece({ name, work }: Omit<Piece, "signature">, job: string): string {
  return JSON.stringify([job, name, Object.entries(work).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

function wordsOfAnswer({ worker, blob }: Omit<Answer, "signature">, { job, piece }: AnsweredPiece): string {
  return JSON.stringify([job, piece, worker, blob]);
}

function wordsOfCheckpoint({ worker, step, blob }: UnsignedCheckpoint, { job, piece }: AnsweredPiece): string {
  return JSON.stringify(["checkpoint", job, piece, worker, step, blob]);
}

function sign(token: string, words: string): string {
  return createHmac("sha256", token).update(words).digest("hex");
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
