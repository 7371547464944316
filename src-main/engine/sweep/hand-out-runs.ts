// Whole runs handed out as the pieces of one job, to workers elsewhere or to the only one in this process, and what comes of each.

import { isCancelled, Refusal } from "../../common/diagnostic.ts";
import type { Program } from "../../common/program/program.ts";
import type { BlobHash, RunWork } from "../../common/queue/piece.ts";
import { programFunctions } from "../../program/functions/index.ts";
import { mapPaths } from "../../program/program-paths.ts";
import type { AskedPiece, CarryOutOptions } from "../../queue/coordinator/asked-piece.ts";
import { gatherFiles, type SentFiles } from "../../queue/files/sent-files.ts";
import { untilAborted } from "../../queue/until-aborted.ts";
import { type RunCheckpoint, unpackCheckpoint } from "../pieces/run-checkpoint.ts";
import { type FinishedRun, readFinishedRun } from "../pieces/run-piece.ts";
import { type Crew, openJob } from "../workers/open-job.ts";

export interface HandedOutRun {
  /** As the queue calls it. */
  readonly name: string;
  readonly program: Program;
  /** What is kept of it here, from which it goes on each time that it is handed out; `null`: nothing. @throws Refusal if it is damaged: it then begins anew */
  readonly kept: () => Uint8Array | null;
  /** Aborted: nobody asks for it any more. */
  readonly unwanted?: AbortSignal;
  /** Aborted: it is to be handed over as it is, and then nobody asks for it any more. */
  readonly wantedBack?: AbortSignal;
}

type OpenedCrew = Pick<Crew, "queue" | "token" | "silenceMs" | "patience"> & { readonly close: () => Promise<void> };

type Hearing = Pick<CarryOutOptions<FinishedRun>, "onWork" | "onProgress" | "onHandedBack"> &
  Required<Pick<CarryOutOptions<FinishedRun>, "onFailure">>;

export interface HandOutOptions extends Hearing, Pick<Crew, "title" | "device" | "warn" | "signal"> {
  /** @param files all that the runs name */
  readonly openCrew: (files: SentFiles) => Promise<OpenedCrew>;
  /** Whether images are sent back. */
  readonly images: boolean;
  /** Keeps what a worker has handed over of a run. */
  readonly onCheckpoint: (index: number, checkpoint: RunCheckpoint) => void;
  readonly onDone: (index: number, finished: FinishedRun, worker: string) => void;
}

/** @returns false: it was stopped before all were done @throws Refusal if the queue cannot be reached, or nobody can go on */
export async function handOutRuns(runs: readonly HandedOutRun[], options: HandOutOptions): Promise<boolean> {
  const { openCrew, images, title, device, warn, signal, onCheckpoint, onDone, ...hearing } = options;
  const files = gatherFiles();
  const sent = runs.map(({ program }) => JSON.stringify(mapPaths(program, programFunctions, files.wordOf)));
  const crew = await openCrew(files);
  try {
    const coordinator = await openJob("sweep", files, { ...crew, title, device, warn, signal });
    const begun = new Set<BlobHash>();
    const keptOf = async ({ kept }: HandedOutRun): Promise<Uint8Array | null> => {
      try {
        return kept();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        // It begins anew, and keeps nobody from the others.
        for (const diagnostic of error.diagnostics)
          await warn({ ...diagnostic, severity: "warning", help: "this run begins anew" });
        return null;
      }
    };
    const workOf = async (run: HandedOutRun, program: BlobHash): Promise<RunWork> => {
      const bytes = await keptOf(run);
      // Not published: that would keep all of them in memory, and they are read anew where the queue has lost them.
      const checkpoint = bytes === null ? null : await untilAborted(signal, crew.queue.blobs.put(bytes));
      if (checkpoint !== null) begun.add(checkpoint);
      return { kind: "run", program, images, checkpoint };
    };
    try {
      const asked: AskedPiece[] = [];
      for (const [i, run] of runs.entries()) {
        const { name, unwanted, wantedBack } = run;
        const program = await coordinator.publish(Buffer.from(sent[i] ?? ""));
        const again = (): Promise<RunWork> => workOf(run, program);
        asked.push({ name, work: await again(), again, unwanted, wantedBack });
      }
      await coordinator.carryOut(asked, {
        ...hearing,
        read: readFinishedRun,
        onCheckpoint: (index, bytes) => onCheckpoint(index, unpackCheckpoint(bytes)),
        onAnswer: (index, { result, worker }) => onDone(index, result, worker),
      });
    } finally {
      void crew.queue.blobs.drop([...begun]).catch(() => undefined);
      await coordinator.close();
    }
    return true;
  } catch (error) {
    if (!signal.aborted || (error instanceof Refusal && !isCancelled(error.diagnostics))) throw error;
    return false;
  } finally {
    await crew.close();
  }
}
