// Hands out pieces and waits until each is answered once. Lost ones are handed out again, slow ones once more, and of several answers the
// first counts.

import { refuse } from "../../common/diagnostic.ts";
import type { Piece, PieceFailure } from "../../common/queue/piece.ts";
import { listenForNews } from "../news-bell.ts";
import { signPiece } from "../sign.ts";
import { untilAborted } from "../until-aborted.ts";
import { BLOB_MISSING, HANDED_BACK, type PieceState } from "../work-queue.ts";
import { type AskedPiece, refusePiece } from "./asked-piece.ts";
import { keepCheckpoint } from "./keep-checkpoint.ts";
import type { Following, OpenPiece } from "./open-piece.ts";
import type { Patience } from "./patience.ts";
import { readAnswer } from "./read-answer.ts";
import { takeAway, takeBack } from "./take-back.ts";
import type { WorkerWatch } from "./watch-workers.ts";

interface Context<Result> extends Following<Result> {
  readonly publishAgain: () => Promise<void>;
  readonly patience: Patience;
  readonly workers: WorkerWatch;
}

const LOOKED_EVERY_MS = 1000;
/** Blobs that are gone although they were just put there. */
const MOST_COPIES = 100;

export async function carryOut<Result>(pieces: readonly AskedPiece[], context: Context<Result>): Promise<void> {
  const { queue, signal, ticket, onProgress, patience, workers } = context;
  const { id } = ticket();
  const open = new Map<string, OpenPiece>();
  const whole = pieces.map((asked, index): OpenPiece => {
    return {
      index,
      asked,
      copies: [],
      count: 0,
      held: new Map(),
      told: null,
      checkpoint: null,
      askedBackAt: null,
      unusable: new Map(),
    };
  });
  for (const piece of whole) open.set(piece.asked.name, piece);
  const bell = listenForNews(queue, "ended", ({ job }) => job === id);
  const used: string[] = [];
  const handOut = async (all: readonly OpenPiece[]): Promise<void> => {
    // News of nothing would wake all workers.
    if (all.length === 0) return;
    const signed: Piece[] = [];
    for (const piece of all) {
      const { asked } = piece;
      const work = piece.count === 0 ? asked.work : ((await asked.again?.()) ?? asked.work);
      piece.count += 1;
      if (piece.count > MOST_COPIES) refuseLost(piece.asked.name);
      const name = piece.count === 1 ? piece.asked.name : `${piece.asked.name}.copy-${piece.count}`;
      piece.copies = [...piece.copies, name];
      used.push(name);
      signed.push(signPiece({ name, work }, id, context.token));
    }
    await untilAborted(signal, queue.submit(id, signed));
  };
  try {
    await handOut(whole);
    let ended: readonly string[] = [];
    let lookedAt = -Infinity;
    let told = -1;
    while (open.size > 0) {
      await takeAway(open, context);
      await takeBack(open, context);
      // In between only at those of which there is news.
      const isWhole = performance.now() - lookedAt > LOOKED_EVERY_MS;
      if (isWhole) lookedAt = performance.now();
      const names = isWhole ? [...open.values()].flatMap(({ copies }) => copies) : ended;
      const states = await untilAborted(signal, queue.look(id, names));
      const again = await follow(open, states, context);
      if (again.some(({ isLost }) => isLost)) await untilAborted(signal, context.publishAgain());
      const more = [...again.map(({ piece }) => piece), ...patience.slow([...open.values()])];
      await handOut(more.filter(({ askedBackAt }) => askedBackAt === null));
      if (open.size !== told) await onProgress?.({ done: pieces.length - open.size, total: pieces.length });
      told = open.size;
      if (open.size === 0) break;
      if (isWhole) await workers.check([...open.values()]);
      const news = await untilAborted(signal, bell.wait(LOOKED_EVERY_MS));
      ended = news.flatMap(({ piece }) => piece ?? []);
    }
  } finally {
    bell.close();
    // Whoever is still at work on a second copy does it for nothing.
    void queue.drop(id, used).catch(() => undefined);
  }
}

interface Again {
  readonly piece: OpenPiece;
  /** The queue has lost what it held. */
  readonly isLost: boolean;
}

/** Takes what is answered out of `open`. @returns what has to be handed out again */
async function follow<Result>(
  open: Map<string, OpenPiece>,
  states: ReadonlyMap<string, PieceState>,
  context: Context<Result>,
): Promise<Again[]> {
  const again: Again[] = [];
  const byCopy = new Map([...open.values()].flatMap((piece) => piece.copies.map((copy) => [copy, piece] as const)));
  const followOne = async ([name, state]: readonly [string, PieceState]): Promise<void> => {
    const piece = byCopy.get(name);
    if (piece === undefined || !isOpen(open, piece)) return;
    if (state.is !== "missing" && state.is !== "done") {
      await keepCheckpoint(name, piece, state.checkpoint, { ...context, isOpen: () => isOpen(open, piece) });
    }
    const forget = (isLost: boolean): void => {
      piece.copies = piece.copies.filter((copy) => copy !== name);
      piece.held.delete(name);
      // With another copy on its way, that one is waited for.
      if (piece.copies.length === 0) again.push({ piece, isLost });
    };
    if (state.is === "taken") {
      const { worker, progress } = state;
      const before = piece.held.get(name);
      const isSame = before?.worker === worker && before.progress?.step === progress?.step;
      piece.held.set(name, { worker, since: isSame ? before.since : performance.now(), progress });
    } else if (state.is === "waiting") piece.held.delete(name);
    else if (state.is === "missing") forget(true);
    else if (state.is === "failed") {
      const { worker, diagnostics } = state.failure;
      if (hasCode(state.failure, BLOB_MISSING)) forget(true);
      else if (hasCode(state.failure, HANDED_BACK)) forget(false);
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
      // Further copies that still wait would be computed for nothing. One that stays for want of the queue does no harm.
      const others = piece.copies.filter((copy) => copy !== name);
      if (others.length > 0) void context.queue.drop(context.ticket().id, others).catch(() => undefined);
      const { worker, seconds } = state.answer;
      context.patience.took(seconds);
      await context.onAnswer(piece.index, { result: read.result, worker });
      await context.tellWarnings(worker, read.warnings);
    }
  };
  // Side by side: each asks the queue for its answer, and the way there takes its time.
  await Promise.all([...states].map(followOne));
  for (const piece of new Set(byCopy.values())) if (isOpen(open, piece)) tellWork(piece, context);
  return again;
}

function tellWork<Result>(piece: OpenPiece, { onWork }: Context<Result>): void {
  const all = [...piece.held.values()].map(({ worker, progress = { worker, ...NOT_KNOWN } }) => progress);
  const [furthest = null] = all.toSorted((a, b) => b.step - a.step);
  if (JSON.stringify(furthest) === JSON.stringify(piece.told)) return;
  piece.told = furthest;
  onWork?.(piece.index, furthest);
}

const NOT_KNOWN = { step: 0, total: 0, secondsLeft: null };

function isOpen(open: ReadonlyMap<string, OpenPiece>, { asked }: OpenPiece): boolean {
  return open.has(asked.name);
}

function hasCode({ diagnostics }: PieceFailure, code: string): boolean {
  return diagnostics[0]?.code === code;
}

function refuseLost(piece: string): never {
  refuse({
    code: "queue-forgets",
    at: { stage: "queue", part: piece },
    message: `the queue has lost this piece ${MOST_COPIES} times`,
    help: "give Redis more memory, and no policy that evicts keys (maxmemory-policy noeviction)",
  });
}
