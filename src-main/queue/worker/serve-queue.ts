// A worker: takes pieces of the jobs that it can do, one at a time, and has them computed elsewhere, so that it can always tell that it lives.

import { setTimeout as sleep } from "node:timers/promises";
import { type Diagnostic, Refusal } from "../../common/diagnostic.ts";
import type { JobTicket, WorkerState } from "../../common/queue/job.ts";
import type { PieceResult } from "../../common/queue/piece-task.ts";
import type { Piece } from "../../common/queue/piece.ts";
import { listenForNews } from "../news-bell.ts";
import { packAnswer } from "../pack-answer.ts";
import { isCheckpointSigned, isJobSigned, isPieceSigned, signAnswer } from "../sign.ts";
import { BLOB_MISSING, HANDED_BACK, type Lease, QUEUE_FULL, type WorkQueue } from "../work-queue.ts";
import { type PieceTeller, startTelling } from "./tell-progress.ts";

export interface ServeOptions {
  readonly name: string;
  readonly token: string;
  /** What it tells of itself, but for what it does. */
  readonly about: Omit<WorkerState, "name" | "doing" | "done" | "failed" | "seconds" | "busySeconds">;
  /** Why it cannot take part in a job; `null`: it can. */
  readonly judge: (job: JobTicket) => Promise<string | null>;
  /** @param tell hears how far a run is, and what there is of it @throws Refusal if it cannot be done */
  readonly execute: (piece: Piece, job: JobTicket, signal: AbortSignal, tell: PieceTeller) => Promise<PieceResult>;
  /** Aborted: what is in work is finished, or given back where that would take long, and then it leaves. */
  readonly leaving: AbortSignal;
  readonly onEvent?: (event: WorkerEvent) => void;
}

export type WorkerEvent =
  | { readonly type: "taken" | "done" | "given back" | "lost"; readonly job: string; readonly piece: string }
  | {
      readonly type: "failed";
      readonly job: string;
      readonly piece: string;
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly type: "fault"; readonly message: string }
  | { readonly type: "refused"; readonly job: string; readonly why: string };

const LOOKED_EVERY_MS = 1000;
const TOLD_EVERY_MS = 10_000;
/** Of what a job allows a worker to be silent. */
const EXTENDED_PER_SILENCE = 3;
/** The engine does not start any more: the next piece would fare no better. */
const ENGINE_GONE = "engine-keeps-dying";

/** Until it is to leave. @throws Refusal if its engine cannot be started any more */
export async function serveQueue(queue: WorkQueue, options: ServeOptions): Promise<void> {
  const { name, about, leaving } = options;
  const began = performance.now();
  const counts = { done: 0, failed: 0, busySeconds: 0 };
  let doing: WorkerState["doing"] = null;
  const tell = (): Promise<void> =>
    queue.tellWorker({ ...about, name, doing, ...counts, seconds: (performance.now() - began) / 1000 });
  const tellQuietly = (): void => void tell().catch(() => undefined);
  const timer = setInterval(tellQuietly, TOLD_EVERY_MS);
  const bell = listenForNews(queue, "submitted");
  // Of the queue: what is taken and lost by it goes to another worker.
  const tellFault = (error: unknown): null => {
    if (error instanceof Refusal || !(error instanceof Error)) throw error;
    options.onEvent?.({ type: "fault", message: error.message });
    return null;
  };
  const judged = createJudge(queue, options);
  try {
    await unlessLeaving(leaving, tell());
    while (!leaving.aborted) {
      const taking = takeAny(queue, judged, name).catch(tellFault);
      const taken = await unlessLeaving(leaving, taking);
      if (taken === undefined) {
        await Promise.race([taking.then((late) => late?.lease.giveBack()), sleep(LOOKED_EVERY_MS)]);
        break;
      }
      if (taken === null) {
        // What it did is over, and people who look need not wait for the next regular word.
        if (doing !== null) {
          doing = null;
          tellQuietly();
        }
        await unlessLeaving(leaving, bell.wait(LOOKED_EVERY_MS));
        continue;
      }
      doing = { job: taken.job.title, piece: taken.lease.piece.name };
      tellQuietly();
      const begin = performance.now();
      const ended = await work(queue, taken, options).catch(tellFault);
      counts.busySeconds += (performance.now() - begin) / 1000;
      if (ended !== null) counts[ended] += 1;
    }
  } finally {
    clearInterval(timer);
    bell.close();
    await Promise.race([queue.leave(name), sleep(LOOKED_EVERY_MS)]);
  }
}

async function unlessLeaving<T>(leaving: AbortSignal, waited: Promise<T>): Promise<T | undefined> {
  if (leaving.aborted) return undefined;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const listener = (): void => resolve(undefined);
  leaving.addEventListener("abort", listener, { once: true });
  try {
    return await Promise.race([waited, promise]);
  } finally {
    leaving.removeEventListener("abort", listener);
  }
}

interface Taken {
  readonly lease: Lease;
  readonly job: JobTicket;
}

async function takeAny(queue: WorkQueue, isMine: Judge, name: string): Promise<Taken | null> {
  for (const job of await queue.jobs()) {
    if (!(await isMine(job))) continue;
    const lease = await queue.take(job, name);
    if (lease !== null) return { lease, job };
  }
  return null;
}

type Judge = (job: JobTicket) => Promise<boolean>;

/** Says of each job once why it takes no part, and again as long as it matters. */
function createJudge(queue: WorkQueue, { name, token, about, judge, onEvent }: ServeOptions): Judge {
  const known = new Map<string, string | null>();
  const reasonOf = async (job: JobTicket): Promise<string | null> => {
    if (!isJobSigned(job, token)) return "its token is another than that of the job";
    if (job.version !== about.version) return `it is of version ${about.version}, and the job of ${job.version}`;
    if (job.device !== about.device) return `it computes on ${about.device}, and the job is for ${job.device}`;
    return Object.hasOwn(job.banned, name) ? "its answers could not be used" : judge(job);
  };
  return async (job) => {
    const key = `${job.id} ${job.signature}`;
    const before = known.get(key);
    const why = before === undefined ? await reasonOf(job) : before;
    if (before === undefined && why !== null) onEvent?.({ type: "refused", job: job.title, why });
    known.set(key, why);
    if (why !== null) await queue.refuse(job.id, { worker: name, why });
    return why === null;
  };
}

async function work(queue: WorkQueue, { lease, job }: Taken, options: ServeOptions): Promise<"done" | "failed" | null> {
  const { name, token, leaving, execute, onEvent } = options;
  const { piece } = lease;
  const told = { job: job.title, piece: piece.name };
  const abort = new AbortController();
  const tellAlive = async (): Promise<void> => {
    if (!(await lease.extend())) abort.abort(new LostPiece());
    // What is not a run is done before anybody could want it back.
    else if (piece.work.kind === "run" && (await lease.isAskedBack())) abort.abort(new AskedBack());
  };
  const extend = setInterval(() => {
    // A queue that is away is waited for; what has become of the piece shows then.
    void tellAlive().catch(() => undefined);
  }, job.silenceMs / EXTENDED_PER_SILENCE);
  // A run takes hours: it is given back. A shorter piece is soon done.
  const leave = (): void => {
    if (piece.work.kind === "run") abort.abort(new LeavingWorker());
  };
  leaving.addEventListener("abort", leave, { once: true });
  onEvent?.({ type: "taken", ...told });
  const begin = performance.now();
  const onFault = ({ message }: Error): void => onEvent?.({ type: "fault", message });
  // Gradients take seconds, and there are many: nobody looks at one.
  const telling =
    piece.work.kind === "run" ? startTelling({ lease, queue, worker: name, job: job.id, token, onFault }) : null;
  const of = { job: job.id, piece: piece.name };
  try {
    const begun = beginningOf(lease);
    if (!isPieceSigned(piece, job.id, token) || begun === null) return await failWith([NOT_SIGNED]);
    const blob = await queue.blobs.put(packAnswer(await execute(begun, job, abort.signal, telling ?? TELL_NOBODY), of));
    const seconds = (performance.now() - begin) / 1000;
    const answer = signAnswer({ worker: name, seconds, blob }, of, token);
    const isTaken = await lease.complete(answer);
    if (isTaken) await telling?.forget();
    onEvent?.({ type: isTaken ? "done" : "lost", ...told });
    return isTaken ? "done" : null;
  } catch (error) {
    if (abort.signal.aborted && abort.signal.reason instanceof LostPiece) {
      onEvent?.({ type: "lost", ...told });
      return null;
    }
    await telling?.settled();
    if (abort.signal.reason instanceof AskedBack) return await handBack();
    if (abort.signal.aborted || leaving.aborted) return await giveBack();
    if (!(error instanceof Refusal)) throw error;
    if (error.diagnostics.some(({ code }) => code === ENGINE_GONE)) {
      await giveBack();
      throw error;
    }
    return await failWith(error.diagnostics);
  } finally {
    clearInterval(extend);
    telling?.stop();
    leaving.removeEventListener("abort", leave);
  }

  /** The piece, from where another worker has left it; `null`: what that has handed over is not signed. */
  function beginningOf({ checkpoint }: Lease): Piece | null {
    if (checkpoint === undefined || piece.work.kind !== "run") return piece;
    if (!isCheckpointSigned(checkpoint, of, token)) return null;
    return { ...piece, work: { ...piece.work, checkpoint: checkpoint.blob } };
  }
  async function giveBack(): Promise<null> {
    await lease.giveBack();
    onEvent?.({ type: "given back", ...told });
    return null;
  }
  /** For good: whoever asked for it takes what was handed over, and nobody is to begin it again. */
  async function handBack(): Promise<null> {
    await lease.fail(
      { worker: name, diagnostics: [{ ...GIVEN_UP, at: { stage: "workers", part: piece.name } }] },
      true,
    );
    onEvent?.({ type: "given back", ...told });
    return null;
  }
  async function failWith(diagnostics: readonly Diagnostic[]): Promise<"failed"> {
    onEvent?.({ type: "failed", ...told, diagnostics });
    const isFinal = FINAL.has(diagnostics[0]?.code ?? "");
    await lease.fail({ worker: name, diagnostics: [...diagnostics] }, isFinal);
    return "failed";
  }
}

const TELL_NOBODY: PieceTeller = { progress: () => undefined, checkpoint: () => undefined };

/** What another try at this queue does not mend: the one is handed out again, and of the other a person has to hear. */
const FINAL: ReadonlySet<string> = new Set([BLOB_MISSING, QUEUE_FULL]);

class LostPiece extends Error {}
class AskedBack extends Error {}
class LeavingWorker extends Error {}

const GIVEN_UP: Omit<Diagnostic, "at"> = { severity: "error", code: HANDED_BACK, message: "it was asked back" };

const NOT_SIGNED: Diagnostic = {
  severity: "error",
  code: "piece-foreign",
  at: { stage: "workers" },
  message: "this piece is not signed with the queue's token",
  help: "somebody else writes to this queue: give Redis a password",
};
