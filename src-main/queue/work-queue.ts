// Where jobs are announced, their pieces wait for workers, and answers lie until they are taken. Two back ends have this interface, one in
// this process and one on BullMQ, and the same tests.

import type { JobRefusal, JobTicket, PieceCounts, WorkerState } from "../common/queue/job.ts";
import type { Answer, BlobHash, Piece, PieceCheckpoint, PieceFailure, PieceProgress } from "../common/queue/piece.ts";

export interface WorkQueue {
  readonly blobs: BlobStore;
  /** Announces a job, or tells anew that its coordinator lives; one that is not heard of for a while is forgotten with its pieces. */
  readonly announce: (job: JobTicket) => Promise<void>;
  readonly withdraw: (job: string) => Promise<void>;
  readonly jobs: () => Promise<readonly JobTicket[]>;
  readonly countPieces: (job: string) => Promise<PieceCounts>;
  /** Pieces that are there already stay as they are. */
  readonly submit: (job: string, pieces: readonly Piece[]) => Promise<void>;
  readonly look: (job: string, names: readonly string[]) => Promise<ReadonlyMap<string, PieceState>>;
  /** Forgets pieces; a worker that has one learns it when it next tells that it lives. */
  readonly drop: (job: string, names: readonly string[]) => Promise<void>;
  /** Asks whoever works on pieces to hand them back as they are; a worker hears it when it next asks. */
  readonly askBack: (job: string, names: readonly string[]) => Promise<void>;
  /** The next piece of a job, for one worker alone until it is silent for too long. */
  readonly take: (job: JobTicket, worker: string) => Promise<Lease | null>;
  readonly refuse: (job: string, refusal: JobRefusal) => Promise<void>;
  readonly refusals: (job: string) => Promise<readonly JobRefusal[]>;
  /** Tells that a worker lives; without another word it is forgotten after a while. */
  readonly tellWorker: (worker: WorkerState) => Promise<void>;
  readonly leave: (worker: string) => Promise<void>;
  readonly workers: () => Promise<readonly WorkerState[]>;
  /** Since a worker has last told of itself, by the queue's own clock. */
  readonly silentSeconds: (worker: string) => Promise<number>;
  /** Hears of pieces that have come in, or of those that have ended. News may get lost: whoever waits also looks now and then. */
  readonly onNews: (what: News["what"], listener: (news: News) => void) => () => void;
  readonly close: () => Promise<void>;
}

export interface News {
  readonly what: "submitted" | "ended";
  readonly job: string;
  /** Of the piece that has ended; of those that were submitted, none. */
  readonly piece?: string | undefined;
}

export type PieceState =
  /** Nobody knows it: it was never submitted, or the queue has lost what it held. */
  | { readonly is: "missing" }
  | ({ readonly is: "waiting" } & HandedOver)
  /** `progress`: what its worker has told of it. */
  | ({ readonly is: "taken"; readonly worker: string; readonly progress?: PieceProgress | undefined } & HandedOver)
  | { readonly is: "done"; readonly answer: Answer }
  | ({ readonly is: "failed"; readonly failure: PieceFailure } & HandedOver);

interface HandedOver {
  /** The last that a worker has handed over, whoever has the piece by now. */
  readonly checkpoint?: PieceCheckpoint | undefined;
}

export interface Lease {
  readonly piece: Piece;
  /** What a worker before has handed over. */
  readonly checkpoint: PieceCheckpoint | undefined;
  /** Tells that the worker is alive. @returns false if the piece is its no longer */
  readonly extend: () => Promise<boolean>;
  /** Whether whoever asked for the piece wants it back as it is. */
  readonly isAskedBack: () => Promise<boolean>;
  /** Tells how far it is. @param checkpoint the last that there is of it; it stays with the piece */
  readonly report: (progress: PieceProgress, checkpoint?: PieceCheckpoint) => Promise<void>;
  /** @returns false if the piece is its no longer: then nothing has come of the answer */
  readonly complete: (answer: Answer) => Promise<boolean>;
  /** Another worker tries, unless too many have. @param isFinal there is nothing to try */
  readonly fail: (failure: PieceFailure, isFinal?: boolean) => Promise<boolean>;
  readonly giveBack: () => Promise<boolean>;
}

/** Bytes by the SHA-256 of what they are. */
export interface BlobStore {
  /** @throws Refusal (`QUEUE_FULL`) if there is no room for them */
  readonly put: (bytes: Uint8Array) => Promise<BlobHash>;
  /** `null`: it is not there, or no longer. Never other bytes than its name says. */
  readonly get: (hash: BlobHash) => Promise<Uint8Array | null>;
  readonly drop: (hashes: readonly BlobHash[]) => Promise<void>;
}

/** Workers that fail a piece, or die of it, before it fails its job. */
export const MOST_ATTEMPTS = 3;
/** Workers that fall silent over a piece: machines are switched off, too, so that it takes more to blame the piece. */
export const MOST_SILENCES = 5;
/** A coordinator or worker that tells nothing of itself for so long is forgotten. */
export const FORGOTTEN_AFTER_MS = 60_000;
/** The code of what is refused because the queue has no room for it: whoever tries again finds no more. */
export const QUEUE_FULL = "queue-full";
/** The code with which a worker hands a piece back that it was asked for: it has failed at nothing. */
export const HANDED_BACK = "piece-handed-back";
/** Bytes of what is sent, a file or a checkpoint: larger ones would keep Redis from everything else. */
export const LARGEST_SENT = 64 * 2 ** 20;
/** The code of a worker's failure that does not find in the queue's store what its piece needs: then the queue has lost it. */
export const BLOB_MISSING = "blob-missing";
