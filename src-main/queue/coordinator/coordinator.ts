// Whoever has a job: announces it, hands out its pieces, and takes each answer once, whatever becomes of workers and of the queue.

import { randomUUID } from "node:crypto";
import type { Diagnostic } from "../../common/diagnostic.ts";
import type { JobTicket } from "../../common/queue/job.ts";
import type { BlobHash } from "../../common/queue/piece.ts";
import { hashOf, signJob } from "../sign.ts";
import { untilAborted } from "../until-aborted.ts";
import type { WorkQueue } from "../work-queue.ts";
import type { AskedPiece, CarryOutOptions } from "./asked-piece.ts";
import { carryOut } from "./carry-out.ts";
import { createPatience, type Patience } from "./patience.ts";
import { createTellWarnings } from "./tell-warnings.ts";
import { watchWorkers } from "./watch-workers.ts";

export interface Coordinator {
  readonly id: string;
  /** Puts bytes where workers find them, and again if the queue should lose them, until they are taken back. */
  readonly publish: (bytes: Uint8Array) => Promise<BlobHash>;
  readonly takeBack: (hash: BlobHash) => Promise<void>;
  /** @throws Refusal if a piece cannot be done; the reason of `signal` */
  readonly carryOut: <Result>(pieces: readonly AskedPiece[], options: CarryOutOptions<Result>) => Promise<void>;
  /** Withdraws the job. */
  readonly close: () => Promise<void>;
}

export interface CoordinatorOptions {
  readonly job: Omit<JobTicket, "id" | "banned" | "signature" | "begun">;
  readonly token: string;
  readonly warn: (diagnostic: Diagnostic) => Promise<void>;
  readonly signal: AbortSignal;
  /** Absent: that of several workers, of which one may try what another does not answer. */
  readonly patience?: Patience | undefined;
}

const ANNOUNCED_EVERY_MS = 10_000;
/** A queue that is away when a job ends forgets it by itself. */
const WITHDRAWN_WITHIN_MS = 3000;

export async function openCoordinator(queue: WorkQueue, options: CoordinatorOptions): Promise<Coordinator> {
  const { job, token, warn, signal } = options;
  const published = new Map<BlobHash, Uint8Array>();
  // Of the whole job: a step may have fewer pieces than tell what is usual.
  const { patience = createPatience() } = options;
  let banned: Readonly<Record<string, string>> = {};
  const unsigned = { ...job, id: randomUUID(), begun: Date.now() };
  const ticket = (): JobTicket => signJob({ ...unsigned, banned }, token);
  const announce = (): Promise<void> => queue.announce(ticket());
  // Of the whole job, too.
  const tellWarnings = createTellWarnings(warn);
  const workers = watchWorkers({ queue, ticket, warn, signal });
  await untilAborted(signal, announce());
  // A fault of the queue comes to whoever waits for an answer; here the next try is enough.
  const timer = setInterval(() => void announce().catch(() => undefined), ANNOUNCED_EVERY_MS).unref();
  return {
    id: unsigned.id,
    async publish(bytes) {
      const hash = hashOf(bytes);
      published.set(hash, bytes);
      await untilAborted(signal, queue.blobs.put(bytes));
      return hash;
    },
    async takeBack(hash) {
      published.delete(hash);
      await untilAborted(signal, queue.blobs.drop([hash]));
    },
    carryOut: (pieces, own) =>
      carryOut(pieces, {
        ...own,
        queue,
        token,
        warn,
        tellWarnings,
        signal,
        ticket,
        patience,
        workers,
        async publishAgain() {
          await announce();
          for (const bytes of published.values()) await queue.blobs.put(bytes);
        },
        async ban(worker, why) {
          banned = { ...banned, [worker]: why };
          await announce();
        },
      }),
    async close() {
      clearInterval(timer);
      const withdrawn = queue.blobs.drop([...published.keys()]).then(() => queue.withdraw(unsigned.id));
      await untilAborted(AbortSignal.timeout(WITHDRAWN_WITHIN_MS), withdrawn).catch(onlyTimeout);
    },
  };
}

function onlyTimeout(error: unknown): void {
  if (!(error instanceof Error && error.name === "TimeoutError")) throw error;
}
