// At the end of a run, what was learned is asked of examples that were held back.

import { join } from "node:path";
import {
  HELD_BACK_FILE,
  heldBackInterval,
  heldBackRecord,
  type HeldBackRecord,
  type HeldBackResult,
} from "../common/held-back.ts";
import { jsonOrNull } from "../common/json-or-null.ts";
import type { Ref } from "../common/program/program.ts";
import { imagesAtOnce } from "../common/program/update.ts";
import type { RunEvent } from "../common/run-events.ts";
import type { OpenedProgram } from "../program/open-program.ts";
import type { OpenedExamples } from "../program/values.ts";
import { fillBatch } from "../sampling/draw-images.ts";
import { openValue } from "../sampling/open-value.ts";
import type { ProgramRun } from "../sampling/program-run.ts";
import { progressReporter } from "../sampling/progress-reporter.ts";
import { scoreNames } from "../sampling/score-names.ts";
import { writeFileAtomically } from "../weights/atomic-write.ts";
import { readUnlessMissing } from "../weights/read-unless-missing.ts";
import { drawInTurn } from "./draws.ts";
import { learnedValues } from "./learned-values.ts";
import type { LearningState } from "./learning-state.ts";

/** Of so many a share is known within 3 %: more take their time and say hardly more. */
const MOST_EXAMPLES = 1000;

interface Question {
  readonly optimizer: string;
  /** A score that is held out, and what it is called. */
  readonly ref: Ref;
  readonly name: string;
  readonly isShare: boolean;
  readonly examples: OpenedExamples;
  /** Of the examples that are asked, in the list of all. */
  readonly places: readonly number[];
  /** Examples at once. */
  readonly batch: number;
}

interface ScoreHeldBackOptions {
  /** The run's folder. */
  readonly folder: string;
  readonly emit: (event: RunEvent) => Promise<void>;
}

/** One for each held-out score of examples; what the folder tells of this step already is not asked again. */
export async function scoreHeldBack(
  run: ProgramRun,
  state: LearningState,
  { folder, emit }: ScoreHeldBackOptions,
): Promise<readonly HeldBackResult[]> {
  const file = join(folder, HELD_BACK_FILE);
  const kept = readRecord(file);
  if (kept?.step === state.step) return kept.results;
  const questions = questionsOf(run.opened);
  if (questions.length === 0) return [];
  const parameters = learnedValues(state);
  const total = questions.reduce((sum, { places }) => sum + places.length, 0);
  const report = progressReporter("scoring", emit, { unit: "held-back examples" });
  let done = 0;
  const results: HeldBackResult[] = [];
  for (const { optimizer, ref, name, isShare, examples, places, batch } of questions) {
    const { compute } = openValue(run, { batch, label: name, lower: run.opened.open(ref, "score").lower });
    const values: number[] = [];
    for (let first = 0; first < places.length; first += batch) {
      const part = places.slice(first, first + batch);
      const asked = fillBatch(part, batch);
      const found = await compute({
        texts: new Map([[examples.ref, asked.map(examples.textOf)]]),
        examples: new Map([[examples.ref, asked]]),
        parameters,
      });
      values.push(...found.subarray(0, part.length));
      await report((done += part.length), total);
    }
    results.push({
      optimizer,
      score: name,
      isShare,
      of: examples.of,
      examples: places.length,
      heldBack: examples.places.length,
      value: heldBackInterval(values, isShare),
    });
  }
  const record: HeldBackRecord = { step: state.step, results };
  writeFileAtomically(file, JSON.stringify(record));
  return results;
}

/** Of scores that look at examples of one list and draw nothing: they can be asked of each example by itself. */
function questionsOf(opened: OpenedProgram): Question[] {
  return Object.entries(opened.program.updates).flatMap(([optimizer, { heldOut, settings }]) => {
    const names = scoreNames(opened, heldOut);
    return heldOut.flatMap((ref): Question[] => {
      const [examples, ...others] = opened.examplesOf(ref);
      if (examples === undefined || others.length > 0 || opened.samplersOf(ref).length > 0) return [];
      const { isShare = false } = opened.open(ref, "score");
      const count = Math.min(MOST_EXAMPLES, examples.places.length);
      const places = drawInTurn(settings.seed, examples.places, count, 0);
      const batch = Math.min(imagesAtOnce(settings), count);
      return [{ optimizer, ref, name: names.get(ref) ?? ref, isShare, examples, places, batch }];
    });
  });
}

/** `undefined`: nothing was asked yet, or the file does not say what. */
function readRecord(file: string): HeldBackRecord | undefined {
  const text = readUnlessMissing(file);
  return text === null ? undefined : heldBackRecord.safeParse(jsonOrNull(text)).data;
}
