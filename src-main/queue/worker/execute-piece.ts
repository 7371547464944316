// Makes a piece ready for the engine of this machine: fetches what it names, and finds its weights.

import { refuse, Refusal } from "../../common/diagnostic.ts";
import type { JobTicket, ModelIdentity } from "../../common/queue/job.ts";
import type { PieceResult, PieceTask } from "../../common/queue/piece-task.ts";
import type { BlobHash, Piece, PieceWork } from "../../common/queue/piece.ts";
import type { KeptFiles } from "../files/kept-files.ts";
import type { ModelFolders } from "../files/model-folders.ts";
import { namePaths } from "../files/name-paths.ts";
import { fileWord, modelWord } from "../files/names.ts";
import { BLOB_MISSING, type WorkQueue } from "../work-queue.ts";
import type { PieceTeller } from "./tell-progress.ts";

export interface ExecuteOptions {
  readonly queue: Pick<WorkQueue, "blobs">;
  readonly models: ModelFolders;
  readonly files: KeptFiles;
  /** @param tell hears how far a run is, and what there is of it */
  readonly compute: (task: PieceTask, signal: AbortSignal, tell: PieceTeller) => Promise<PieceResult>;
}

export interface PieceExecutor {
  /** Why this machine cannot take part; `null`: it can. */
  readonly judge: (job: JobTicket) => Promise<string | null>;
  /** @throws Refusal in the words of the coordinator */
  readonly execute: (piece: Piece, job: JobTicket, signal: AbortSignal, tell: PieceTeller) => Promise<PieceResult>;
}

/** Programs and what was asked: small, and the same for all pieces of a job. */
const MOST_REMEMBERED = 16;

export function createExecutor({ queue, models, files, compute }: ExecuteOptions): PieceExecutor {
  const remembered = new Map<BlobHash, Uint8Array>();
  const fetch = async (hash: BlobHash, isLasting: boolean): Promise<Uint8Array> => {
    const bytes = remembered.get(hash) ?? (await queue.blobs.get(hash));
    if (bytes === null) return refuseMissing(hash);
    if (isLasting) {
      remembered.set(hash, bytes);
      const [oldest] = remembered.keys();
      if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    }
    return bytes;
  };
  const lacking = (job: JobTicket): readonly ModelIdentity[] =>
    job.models.filter((model) => models.pathOf(model) === undefined);
  return {
    async judge(job) {
      const names = lacking(job).map(({ name }) => name);
      return names.length === 0 ? null : `it lacks ${names.join(" and ")} in its folders of models`;
    },
    async execute({ work }, job, signal, tell) {
      const paths: Record<string, string> = {};
      const names = new Map<string, string>();
      const place = (word: string, path: string, name: string): void => {
        paths[word] = path;
        names.set(path, name);
      };
      for (const model of job.models)
        place(modelWord(model.identity), models.pathOf(model) ?? refuseGone(model.name), model.name);
      for (const file of job.files)
        place(fileWord(file.hash), (await files.fetch(file, queue.blobs)) ?? refuseMissing(file.name), file.name);
      const blobs: Record<BlobHash, Uint8Array> = {};
      for (const { hash, isLasting } of blobsOf(work)) blobs[hash] = await fetch(hash, isLasting);
      try {
        const { bytes, warnings } = await compute({ work, device: job.device, blobs, paths }, signal, tell);
        return { bytes, warnings: namePaths(warnings, names) };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        throw new Refusal(namePaths(error.diagnostics, names));
      }
    },
  };
}

/** What it takes from the queue's store; what lasts is the same for all pieces of a job. */
export function blobsOf(work: PieceWork): { readonly hash: BlobHash; readonly isLasting: boolean }[] {
  switch (work.kind) {
    case "gradient":
      return [
        { hash: work.program, isLasting: true },
        { hash: work.parameters, isLasting: false },
      ];
    case "run":
      return [
        { hash: work.program, isLasting: true },
        ...(work.checkpoint === null ? [] : [{ hash: work.checkpoint, isLasting: false }]),
      ];
    case "evaluation":
    case "application":
      return [{ hash: work.asked, isLasting: false }];
  }
}

function refuseGone(name: string): never {
  return refuse({
    code: "model-missing",
    at: { stage: "workers", part: name },
    message:
      "these weights were in the worker's folders of models when it took part, and are there no longer, or are others",
    help: "put them back, or start the worker again: then it takes part in what it has the models for",
  });
}

function refuseMissing(what: string): never {
  return refuse({
    code: BLOB_MISSING,
    at: { stage: "queue", part: what },
    message: "the queue's store has lost what this piece needs",
    help: "its coordinator sends it again",
  });
}
