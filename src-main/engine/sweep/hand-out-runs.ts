// Whole runs handed out as the pieces of one job, to workers elsewhere or to the only one in this process, and what comes of each.

import { isCancelled, Refusal } from "../../common/diagnostic.ts";
import type { Program } from "../../common/program/program.ts";
import { programFunctions } from "../../program/functions/index.ts";
import { mapPaths } from "../../program/program-paths.ts";
import type { AskedPiece, CarryOutOptions } from "../../queue/coordinator/asked-piece.ts";
import { gatherFiles, type SentFiles } from "../../queue/files/sent-files.ts";
import { type FinishedRun, readFinishedRun } from "../pieces/run-piece.ts";
import { type Crew, openJob } from "../workers/open-job.ts";

export interface HandedOutRun {
  /** As the queue calls it. */
  readonly name: string;
  readonly program: Program;
  /** Aborted: nobody asks for it any more. */
  readonly unwanted?: AbortSignal;
}

type OpenedCrew = Pick<Crew, "queue" | "token" | "silenceMs" | "patience"> & { readonly close: () => Promise<void> };

type Hearing = Pick<CarryOutOptions<FinishedRun>, "onWork" | "onProgress"> &
  Required<Pick<CarryOutOptions<FinishedRun>, "onFailure">>;

export interface HandOutOptions extends Hearing, Pick<Crew, "title" | "device" | "warn" | "signal"> {
  /** @param files all that the runs name */
  readonly openCrew: (files: SentFiles) => Promise<OpenedCrew>;
  /** Whether images are sent back. */
  readonly images: boolean;
  readonly onDone: (index: number, finished: FinishedRun, worker: string) => void;
}

/** @returns false: it was stopped before all were done @throws Refusal if the queue cannot be reached, or nobody can go on */
export async function handOutRuns(runs: readonly HandedOutRun[], options: HandOutOptions): Promise<boolean> {
  const { openCrew, images, title, device, warn, signal, onDone, ...hearing } = options;
  const files = gatherFiles();
  const sent = runs.map(({ program }) => JSON.stringify(mapPaths(program, programFunctions, files.wordOf)));
  const crew = await openCrew(files);
  try {
    const coordinator = await openJob("sweep", files, { ...crew, title, device, warn, signal });
    try {
      const asked: AskedPiece[] = [];
      for (const [i, { name, unwanted }] of runs.entries()) {
        const program = await coordinator.publish(Buffer.from(sent[i] ?? ""));
        asked.push({ name, work: { kind: "run", program, images }, unwanted });
      }
      await coordinator.carryOut(asked, {
        ...hearing,
        read: readFinishedRun,
        onAnswer: (index, { result, worker }) => onDone(index, result, worker),
      });
    } finally {
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
