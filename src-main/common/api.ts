// All that the engine can be asked. The command line, the desktop app and the browser mode ask through nothing else.

import { z } from "zod";
import { applyManyInput, applyManyResult } from "./apply-many.ts";
import {
  applyForecast,
  applyInput,
  applyPreparedInput,
  applyResult,
  foreseeApplyInput,
  prepareApplyInput,
} from "./applying.ts";
import { call, stream, type Client, type Handlers } from "./contract.ts";
import { doctorReport } from "./doctor-report.ts";
import { combineInput, combineResult, concatInput, concatResult } from "./embedding-combination.ts";
import {
  contributionsInput,
  contributionsResult,
  nearestInput,
  nearestResult,
  strengthLadderInput,
  strengthLadderResult,
} from "./embedding-understanding.ts";
import { evaluateInput, evaluateResult } from "./evaluating.ts";
import { inspection } from "./inspection.ts";
import { describedFile, describeFilesInput } from "./known-file.ts";
import { demoInput, demoResult, trainInput, trainResult } from "./learning.ts";
import { mergeLorasInput, mergeLorasResult } from "./lora-merge.ts";
import { networkInput, networkResult } from "./network-run.ts";
import { scorePairsInput, scorePairsResult } from "./pair-scoring.ts";
import { importPairsInput, importPairsResult } from "./pairs-import.ts";
import { queueNews } from "./queue-news.ts";
import { handedRunEvent, trainRunsInput, trainRunsResult } from "./queue/handed-runs.ts";
import { pieceEvent, pieceResult, pieceTask } from "./queue/piece-task.ts";
import { checkRunInput, runCheck } from "./run-check.ts";
import { runEvent } from "./run-events.ts";
import { planInput, runPlan } from "./run-plan.ts";
import { sampleInput, sampleResult, scoreInput, scoreResult } from "./sampling.ts";
import { stepInput, stepResult } from "./step-record.ts";
import { sweepInput, sweepResult } from "./sweep.ts";
import { targetModel, targetModelInput, targetModelsInput } from "./target-model.ts";
import { exportVideoInput, exportVideoResult } from "./video-export.ts";
import {
  extractedWorkflow,
  prepareRunInput,
  preparedRun,
  runRequest,
  workflowCheck,
  workflowInput,
} from "./workflow-run.ts";

/** Paths are resolved against the working directory of the engine, which is that of the process that started it. */
export const api = {
  doctor: call({ input: z.object({}), output: doctorReport, anyTime: true }),
  inspect: call({ input: z.object({ path: z.string() }), output: inspection, anyTime: true }),
  /** What is left of a run's folder, and with `repair` what is damaged put aside. */
  checkRun: call({ input: checkRunInput, output: runCheck, anyTime: true }),
  network: call({ input: networkInput, output: networkResult }),
  combineEmbeddings: call({ input: combineInput, output: combineResult }),
  /** Textual inversions as one, their vectors one behind the other. */
  concatEmbeddings: call({ input: concatInput, output: concatResult }),
  /** The words that the tokens of a learned embedding lie next to. */
  nearestWords: stream({ input: nearestInput, event: runEvent, result: nearestResult }),
  /** What each token of a learned embedding is worth: leave one out. */
  tokenContributions: stream({ input: contributionsInput, event: runEvent, result: contributionsResult }),
  /** The same images at several strengths of a learned embedding. */
  strengthLadder: stream({ input: strengthLadderInput, event: runEvent, result: strengthLadderResult }),
  /** One LoRA that does what several do together. */
  mergeLoras: call({ input: mergeLorasInput, output: mergeLorasResult }),
  /** Tables of pairs in Parquet, made into a folder. */
  importPairs: stream({ input: importPairsInput, event: runEvent, result: importPairsResult, anyTime: true }),
  plan: call({ input: planInput, output: runPlan }),
  /** Everything that is wrong with a workflow, with the files it names looked at. */
  checkWorkflow: call({ input: workflowInput, output: workflowCheck, anyTime: true }),
  /** The workflow inside a workflow file, a preview picture or a learned embedding. */
  extractWorkflow: call({ input: z.object({ path: z.string() }), output: extractedWorkflow, anyTime: true }),
  /** Freezes a workflow into the plan of a new run, which `train` takes as `prepared`. */
  prepareRun: call({ input: prepareRunInput, output: preparedRun, anyTime: true }),
  sample: stream({ input: sampleInput, event: runEvent, result: sampleResult }),
  apply: stream({ input: applyInput, event: runEvent, result: applyResult }),
  applyMany: stream({ input: applyManyInput, event: runEvent, result: applyManyResult }),
  /** What `apply` would do and need. Refused as that would be. */
  foreseeApply: call({ input: foreseeApplyInput, output: applyForecast, anyTime: true }),
  /** Freezes an application into a new folder, which `applyPrepared` draws in. Refused as `apply` would be. */
  prepareApply: call({ input: prepareApplyInput, output: applyForecast, anyTime: true }),
  applyPrepared: stream({ input: applyPreparedInput, event: runEvent, result: applyResult }),
  /** What an embedding may be applied to; those that fit come first. */
  targetModels: call({ input: targetModelsInput, output: z.array(targetModel), anyTime: true }),
  targetModel: call({ input: targetModelInput, output: targetModel, anyTime: true }),
  /** Files and folders that nodes can be given, and the weights among them that none can use. */
  describeFiles: call({ input: describeFilesInput, output: z.array(describedFile), anyTime: true }),
  /** Frames that lie on disk, written again as one video. */
  exportVideo: call({ input: exportVideoInput, output: exportVideoResult, anyTime: true }),
  /** A learned embedding on other models: rewards with it and without. */
  evaluate: stream({ input: evaluateInput, event: runEvent, result: evaluateResult }),
  score: stream({ input: scoreInput, event: runEvent, result: scoreResult }),
  /** How often a reward puts that image of a pair first which people prefer. */
  scorePairs: stream({ input: scorePairsInput, event: runEvent, result: scorePairsResult }),
  /** One step of training, written as tensors. */
  step: stream({ input: stepInput, event: runEvent, result: stepResult }),
  train: stream({ input: trainInput, event: runEvent, result: trainResult }),
  /** A run for each combination of values of some parameters, here or by workers, and the table of what came of them. */
  sweep: stream({ input: sweepInput, event: runEvent, result: sweepResult }),
  /** Prepared runs, each done whole by a worker of a queue. */
  trainRuns: stream({ input: trainRunsInput, event: handedRunEvent, result: trainRunsResult, anyTime: true }),
  /** Takes one of those away from whoever works on it, or will. */
  dropRun: call({
    input: z.object({
      run: z.string(),
      /** Whether that one first hands over what there is of it. */
      keep: z.boolean().default(false),
    }),
    /** `false`: it is not handed out just now. */
    output: z.object({ isDropped: z.boolean() }),
    anyTime: true,
  }),
  /** The jobs and workers of a queue, again and again until it is cancelled. */
  watchQueue: stream({
    input: z.object({ queue: z.string() }),
    event: queueNews,
    result: z.object({}),
    anyTime: true,
  }),
  /** Refused if that run is not learning just now. */
  askRun: call({ input: runRequest, output: z.object({}), anyTime: true }),
  /** A piece of a job of another machine: see `queue/`. */
  computePiece: stream({ input: pieceTask, event: pieceEvent, result: pieceResult }),
  demo: stream({ input: demoInput, event: runEvent, result: demoResult }),
};

export type Api = typeof api;
export type ApiClient = Client<Api>;
export type ApiHandlers = Handlers<Api>;
