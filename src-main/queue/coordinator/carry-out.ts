// Hands out pieces and waits until each is answered once. Lost ones are handed out again, slow ones once more, and of several answers the
// first counts.

import { type Diagnostic, refuse } from "../../common/diagnostic.ts";
import type { JobTicket } from "../../common/queue/job.ts";
import type { Answer, BlobHash, PieceFailure } from "../../common/queue/piece.ts";
import { listenForNews } from "../news-bell.ts";
import { isAnswerSigned, signPiece } from "../sign.ts";
import { untilAborted } from "../until-aborted.ts";
import { BLOB_MISSING, type PieceState, type WorkQueue } from "../work-queue.ts";
import { type AskedPiece, type CarryOutOptions, refusePiece } from "./asked-piece.ts";
import type { Patience } from "./patience.ts";
import { watchWorkers } from "./watch-workers.ts";

interface Context<Result> extends CarryOutOptions<Result> {
  readonly queue: WorkQueue;
  readonly token: string;
  readonly ticket: () => JobTicket;
  readonly publishAgain: () => Promise<void>;
  readonly ban: (worker: string, why: string) => Promise<void>;
  readonly warn: (diagnostic: Diagnostic) => Promise<void>;
  readonly signal: AbortSignal;
  readonly patience: Patience;
}

/** A piece that is not answered yet. */
interface Open {
  readonly index: number;
  readonly asked: AskedPiece;
  /** Names under which it was handed out. */
  copies: readonly string[];
  /** How often it was, in all. */
  count: number;
  /** When each copy was first seen in work: `performance.now()`. */
  readonly takenAt: Map<string, number>;
  /** Whose answers could not be used, with the reason. */
  readonly unusable: Map<string, string>;
}

const LOOKED_EVERY_MS = 1000;
/** More of them fail alike: it is the piece, not the worker. */
const MOST_UNUSABLE = 2;
/** Blobs that are gone although they were just put there. */
const MOST_COPIES = 100;

export async function carryOut<Result>(pieces: readonly AskedPiece[], context: Context<Result>): Promise<void> {
  const { queue, signal, ticket, onProgress, patience } = context;
  const { id } = ticket();
  const open = new Map<string, Open>();
  const whole = pieces.map((asked, index): Open => {
    return { index, asked, copies: [], count: 0, takenAt: new Map(), unusable: new Map() };
  });
  for (const piece of whole) open.set(piece.asked.name, piece);
  const bell = listenForNews(queue, ({ what, job }) => what === "ended" && job === id);
  const workers = watchWorkers(context);
  const used: string[] = [];
  /** Dropped at the end alone: pieces that give the same are one blob. */
  const read: BlobHash[] = [];
  const handOut = async (all: readonly Open[]): Promise<void> => {
    const signed = all.map((piece) => {
      piece.count += 1;
      if (piece.count > MOST_COPIES) refuseLost(piece.asked.name);
      const name = piece.count === 1 ? piece.asked.name : `${piece.asked.name}.copy-${piece.count}`;
      piece.copies = [...piece.copies, name];
      used.push(name);
      return signPiece({ name, work: piece.asked.work }, id, context.token);
    });
    await untilAborted(signal, queue.submit(id, signed));
  };
  try {
    await handOut(whole);
    let ended: readonly string[] = [];
    let lookedAt = -Infinity;
    let told = -1;
    while (open.size > 0) {
      // In between only at those of which there is news.
      const isWhole = performance.now() - lookedAt > LOOKED_EVERY_MS;
      if (isWhole) lookedAt = performance.now();
      const names = isWhole ? [...open.values()].flatMap(({ copies }) => copies) : ended;
      const states = await untilAborted(signal, queue.look(id, names));
      const again = await follow(open, states, context, ({ seconds, blob }) => {
        patience.took(seconds);
        read.push(blob);
      });
      if (again.some(({ isLost }) => isLost)) await untilAborted(signal, context.publishAgain());
      await handOut([...again.map(({ piece }) => piece), ...patience.slow([...open.values()])]);
      if (open.size !== told) await onProgress?.({ done: pieces.length - open.size, total: pieces.length });
      told = open.size;
      if (open.size === 0) break;
      if (isWhole) await workers.check();
      const news = await untilAborted(signal, bell.wait(LOOKED_EVERY_MS));
      ended = news.flatMap(({ piece }) => piece ?? []);
    }
  } finally {
    bell.close();
    // Whoever is still at work on a second copy does it for nothing.
    void Promise.all([queue.drop(id, used), queue.blobs.drop(read)]).catch(() => undefined);
  }
}

interface Again {
  readonly piece: Open;
  /** The queue has lost what it held. */
  readonly isLost: boolean;
}

/** Takes what is answered out of `open`. @returns what has to be handed out again */
async function follow<Result>(
  open: Map<string, Open>,
  states: ReadonlyMap<string, PieceState>,
  context: Context<Result>,
  onTaken: (answer: Answer) => void,
): Promise<Again[]> {
  const again: Again[] = [];
  const byCopy = new Map([...open.values()].flatMap((piece) => piece.copies.map((copy) => [copy, piece] as const)));
  const followOne = async ([name, state]: readonly [string, PieceState]): Promise<void> => {
    const piece = byCopy.get(name);
    if (piece === undefined || !isOpen(open, piece)) return;
    const forget = (isLost: boolean): void => {
      piece.copies = piece.copies.filter((copy) => copy !== name);
      piece.takenAt.delete(name);
      // With another copy on its way, that one is waited for.
      if (piece.copies.length === 0) again.push({ piece, isLost });
    };
    if (state.is === "taken") {
      if (!piece.takenAt.has(name)) piece.takenAt.set(name, performance.now());
    } else if (state.is === "missing") forget(true);
    else if (state.is === "failed") {
      const { worker, diagnostics } = state.failure;
      if (isBlobMissing(state.failure)) forget(true);
      else if (context.onFailure === undefined) refusePiece(worker, name, diagnostics);
      else {
        open.delete(piece.asked.name);
        context.onFailure(piece.index, diagnostics);
      }
    } else if (state.is === "done") {
      const read = await readAnswer(name, piece, state.answer, context);
      // Meanwhile the other copy may have been answered.
      if (!isOpen(open, piece)) return;
      if (read === "lost" || read === "unusable") return forget(read === "lost");
      open.delete(piece.asked.name);
      onTaken(state.answer);
      context.onAnswer(piece.index, { result: read.result, worker: state.answer.worker });
    }
  };
  // Side by side: each asks the queue for its answer, and the way there takes its time.
  await Promise.all([...states].map(followOne));
  return again;
}

function isOpen(open: ReadonlyMap<string, Open>, { asked }: Open): boolean {
  return open.has(asked.name);
}

async function readAnswer<Result>(
  name: string,
  piece: Open,
  answer: Answer,
  context: Context<Result>,
): Promise<{ readonly result: Result } | "lost" | "unusable"> {
  const { queue, signal, token, ticket, read } = context;
  const { id } = ticket();
  const { worker } = answer;
  if (!isAnswerSigned(answer, { job: id, piece: name }, token)) {
    await dismiss(piece, worker, "its answer is not signed with this queue's token", context);
    return "unusable";
  }
  const bytes = await untilAborted(signal, queue.blobs.get(answer.blob));
  if (bytes === null) return "lost";
  try {
    return { result: read(bytes, piece.index) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    await dismiss(piece, worker, error.message, context);
    return "unusable";
  }
}

/** A worker whose answer cannot be used is asked no more. @throws Refusal if others fare no better */
async function dismiss<Result>(
  { asked, unusable }: Open,
  worker: string,
  why: string,
  { ban, warn, ticket }: Context<Result>,
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

function isBlobMissing({ diagnostics }: PieceFailure): boolean {
  return diagnostics[0]?.code === BLOB_MISSING;
}

function refuseLost(piece: string): never {
  refuse({
    code: "queue-forgets",
    at: { stage: "queue", part: piece },
    message: `the queue has lost this piece ${MOST_COPIES} times`,
    help: "give Redis more memory, and no policy that evicts keys (maxmemory-policy noeviction)",
  });
}
