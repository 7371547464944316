// The pieces of one job in this process: who has which, and until when.

import type { Piece, PieceCheckpoint } from "../../common/queue/piece.ts";
import { silentOver } from "../silent-over.ts";
import { type Lease, MOST_ATTEMPTS, MOST_SILENCES, type News, type PieceState } from "../work-queue.ts";

export interface MemoryPieces {
  readonly submit: (piece: Piece) => void;
  readonly stateOf: (name: string) => PieceState;
  readonly states: () => readonly PieceState[];
  readonly drop: (name: string) => void;
  readonly askBack: (name: string) => void;
  readonly take: (worker: string) => Lease | null;
}

interface Entry {
  readonly piece: Piece;
  state: PieceState;
  lease: { readonly worker: string; until: number } | null;
  attempts: number;
  silences: number;
  checkpoint: PieceCheckpoint | undefined;
  isAskedBack: boolean;
}

interface Options {
  readonly job: string;
  readonly silenceMs: number;
  readonly now: () => number;
  readonly tell: (news: News) => void;
}

const WAITING = { is: "waiting" } as const;

export function createMemoryPieces(options: Options): MemoryPieces {
  const entries = new Map<string, Entry>();
  /** Pieces of workers that are silent go to others. */
  const followed = (): ReadonlyMap<string, Entry> => {
    for (const entry of entries.values()) giveOn(entry, options.now());
    return entries;
  };
  return {
    submit(piece) {
      if (!entries.has(piece.name))
        entries.set(piece.name, {
          piece,
          state: WAITING,
          lease: null,
          attempts: 0,
          silences: 0,
          checkpoint: undefined,
          isAskedBack: false,
        });
    },
    stateOf(name) {
      const entry = followed().get(name);
      return entry === undefined ? { is: "missing" } : stateOf(entry);
    },
    states: () => [...followed().values()].map(stateOf),
    drop: (name) => void entries.delete(name),
    askBack(name) {
      const entry = entries.get(name);
      if (entry !== undefined) entry.isAskedBack = true;
    },
    take(worker) {
      const entry = followed()
        .values()
        .find(({ state }) => state.is === "waiting");
      if (entry === undefined) return null;
      return leaseOf(entry, worker, { ...options, isThere: () => followed().get(entry.piece.name) === entry });
    },
  };
}

function stateOf({ state, checkpoint }: Entry): PieceState {
  return state.is === "done" || state.is === "missing" ? state : { ...state, checkpoint };
}

function giveOn(entry: Entry, now: number): void {
  if (entry.lease === null || entry.lease.until > now) return;
  const { worker } = entry.lease;
  entry.silences += 1;
  entry.lease = null;
  const isPoisoned = entry.silences > MOST_SILENCES;
  entry.state = isPoisoned ? { is: "failed", failure: silentOver(entry.piece.name, worker) } : WAITING;
}

function leaseOf(
  entry: Entry,
  worker: string,
  { job, silenceMs, now, tell, isThere }: Options & { readonly isThere: () => boolean },
): Lease {
  const own = { worker, until: now() + silenceMs };
  entry.lease = own;
  entry.state = { is: "taken", worker };
  const isOwn = (): boolean => isThere() && entry.lease === own;
  const end = (state: PieceState): boolean => {
    if (!isOwn()) return false;
    entry.lease = null;
    entry.state = state;
    tell({ what: state.is === "waiting" ? "submitted" : "ended", job, piece: entry.piece.name });
    return true;
  };
  return {
    piece: entry.piece,
    checkpoint: entry.checkpoint,
    async extend() {
      if (!isOwn()) return false;
      own.until = now() + silenceMs;
      return true;
    },
    isAskedBack: async () => entry.isAskedBack,
    async report(progress, checkpoint) {
      if (!isOwn()) return;
      entry.state = { is: "taken", worker, progress };
      entry.checkpoint = checkpoint ?? entry.checkpoint;
    },
    complete: async (answer) => end({ is: "done", answer }),
    async fail(failure, isFinal = false) {
      if (!isOwn()) return false;
      entry.attempts += 1;
      return end(isFinal || entry.attempts >= MOST_ATTEMPTS ? { is: "failed", failure } : WAITING);
    },
    giveBack: async () => end(WAITING),
  };
}
