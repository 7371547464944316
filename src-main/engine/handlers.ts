// Who answers what. An entry of the API without a handler does not compile.

import type { ApiHandlers } from "../common/api.ts";
import { applyMany } from "./handlers/apply-many.ts";
import { applyPrepared } from "./handlers/apply-prepared.ts";
import { apply } from "./handlers/apply.ts";
import { askRun } from "./handlers/ask-run.ts";
import { checkRun } from "./handlers/check-run.ts";
import { checkWorkflow } from "./handlers/check-workflow.ts";
import { combineEmbeddings } from "./handlers/combine-embeddings.ts";
import { computePiece } from "./handlers/compute-piece.ts";
import { concatEmbeddings } from "./handlers/concat-embeddings.ts";
import { demo } from "./handlers/demo.ts";
import { describeFiles } from "./handlers/describe-files.ts";
import { doctor } from "./handlers/doctor.ts";
import { evaluate } from "./handlers/evaluate.ts";
import { exportVideo } from "./handlers/export-video.ts";
import { extractWorkflow } from "./handlers/extract-workflow.ts";
import { importPairs } from "./handlers/import-pairs.ts";
import { inspect } from "./handlers/inspect.ts";
import { mergeLoras } from "./handlers/merge-loras.ts";
import { nearestWords } from "./handlers/nearest-words.ts";
import { network } from "./handlers/network.ts";
import { plan } from "./handlers/plan.ts";
import { foreseeApply, prepareApply } from "./handlers/prepare-apply.ts";
import { prepareRun } from "./handlers/prepare-run.ts";
import { sample } from "./handlers/sample.ts";
import { scorePairs } from "./handlers/score-pairs.ts";
import { score } from "./handlers/score.ts";
import { step } from "./handlers/step.ts";
import { strengthLadder } from "./handlers/strength-ladder.ts";
import { targetModel, targetModels } from "./handlers/target-models.ts";
import { tokenContributions } from "./handlers/token-contributions.ts";
import { train } from "./handlers/train.ts";
import { watchQueue } from "./handlers/watch-queue.ts";
import { sweep } from "./sweep/run-sweep.ts";
import { dropRun, trainRuns } from "./sweep/train-runs.ts";

export const handlers: ApiHandlers = {
  doctor,
  inspect,
  checkRun,
  network,
  combineEmbeddings,
  concatEmbeddings,
  nearestWords,
  tokenContributions,
  strengthLadder,
  mergeLoras,
  importPairs,
  plan,
  checkWorkflow,
  extractWorkflow,
  prepareRun,
  sample,
  apply,
  applyMany,
  foreseeApply,
  prepareApply,
  applyPrepared,
  targetModels,
  targetModel,
  describeFiles,
  exportVideo,
  evaluate,
  score,
  scorePairs,
  step,
  train,
  sweep,
  trainRuns,
  dropRun,
  watchQueue,
  askRun,
  computePiece,
  demo,
};
