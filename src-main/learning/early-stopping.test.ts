import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bestOf, describeStopping, type StoppingState } from "../common/early-stopping.ts";
import type { Program } from "../common/program/program.ts";
import type { RunEvent } from "../common/run-events.ts";
import { floatTensor } from "../common/tensor.ts";
import { readEmbedding } from "../embeddings/embedding-file.ts";
import { withEvaluation } from "./early-stopping.ts";
import { freezeProgram } from "./freeze-program.ts";
import { initialParameter, type LearningState } from "./learning-state.ts";
import { readProgram } from "./program-file.ts";
import { EARLY_STOPPING, emojiProgram, twoOptimizers } from "./testing/emoji-program.ts";
import { train } from "./train.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "reneg-stop-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** So long a step that nothing is gained by it. */
const HARMFUL = { steps: 12, optimizer: "sgd", learningRate: 1e4, schedule: "constant", emaDecay: undefined };

async function run(name: string, program: Program, { resume = false, stopAfter = Infinity } = {}) {
  const events: RunEvent[] = [];
  const controller = new AbortController();
  const outcome = await train(program, {
    folder: join(folder, name),
    resume,
    device: "cpu",
    signal: controller.signal,
    emit(event) {
      events.push(event);
      if (event.type === "step" && event.step >= stopAfter) controller.abort();
      return Promise.resolve();
    },
  });
  return { ...outcome, events };
}

/** Of each step, whether it was told that the run may end before its last. */
function warned(events: readonly RunEvent[]): boolean[] {
  return events.flatMap((event) => (event.type === "step" ? [event.mayEndEarly === true] : []));
}

function bytes(name: string, file: string): Buffer {
  return readFileSync(join(folder, name, file));
}

test("a run whose held-out reward no longer rises ends, keeps its best step and says so", async () => {
  const program = freezeProgram(emojiProgram({ settings: HARMFUL, sinks: { optimizer: EARLY_STOPPING } }), folder);
  const { state, metrics, events, embedding, stopped, earlyStopping } = await run("harmed", program);
  const { evaluations = [], isStopped } = state.stopping["optimizer"] ?? {};
  const best = bestOf(evaluations)?.step ?? NaN;
  expect({ isStopped, stopped, steps: metrics.length }).toEqual({ isStopped: true, stopped: false, steps: best + 2 });
  expect(state.step).toBeLessThan(HARMFUL.steps);
  expect(evaluations.map(({ step }) => step)).toEqual(Array.from({ length: best + 3 }, (_, step) => step));
  const negative = state.parameters["negative"];
  expect(negative?.value).toEqual(negative?.best);
  const { metadata, conditioning } = readEmbedding(embedding);
  expect(conditioning.data).toEqual(negative?.best?.["context"]?.data);
  expect(metadata?.steps).toBe(best);
  const notes = events.flatMap((event) => (event.type === "note" ? [event.message] : []));
  const kept = best === 0 ? "the start" : `step ${best}`;
  expect(notes).toEqual([
    `stopped at step ${best + 2}: the held-out reward has not risen since ${kept}, which was kept`,
  ]);
  expect(JSON.parse(bytes("harmed", "early-stopping.json").toString())).toEqual(earlyStopping);
  expect(warned(events)).toEqual(metrics.map(() => true));
});

test("a run that was stopped on request and resumed stops early at the same step, with the same bits", async () => {
  const program = freezeProgram(
    emojiProgram({ settings: { ...HARMFUL, learningRate: 30 }, sinks: { optimizer: EARLY_STOPPING } }),
    folder,
  );
  const unbroken = await run("unbroken", program);
  await run("broken", program, { stopAfter: 1 });
  const resumed = await run("broken", readProgram(join(folder, "broken")), { resume: true });
  expect(resumed.state).toEqual(unbroken.state);
  const last = `checkpoints/step-${String(unbroken.state.step).padStart(6, "0")}.safetensors`;
  for (const file of ["negative.safetensors", "early-stopping.json", last])
    expect(bytes("broken", file).equals(bytes("unbroken", file)), file).toBe(true);
  // Going on with what has ended changes nothing.
  const again = await run("broken", readProgram(join(folder, "broken")), { resume: true });
  expect(again.state).toEqual(unbroken.state);
});

test("of two optimizers one stops early, and the other goes on to its last step", async () => {
  const program = freezeProgram(
    twoOptimizers({ settings: { ...HARMFUL, steps: 6 }, sinks: { optimizer: { ...EARLY_STOPPING, patience: 1 } } }),
    folder,
  );
  const lengthened = {
    ...program,
    updates: { ...program.updates, optimizer2: withSteps(program.updates["optimizer2"], 5) },
  };
  const { state, metrics } = await run("two", lengthened);
  const stoppedAt = state.stopping["optimizer"]?.evaluations.at(-1)?.step ?? NaN;
  expect(stoppedAt).toBeLessThan(5);
  expect(state.step).toBe(5);
  expect(metrics.map(({ leadRests }) => leadRests === true)).toEqual(
    Array.from({ length: 5 }, (_, i) => i >= stoppedAt),
  );
  expect(metrics.map(({ updates = {} }) => Object.keys(updates))).toEqual(
    Array.from({ length: 5 }, () => ["optimizer2"]),
  );
  expect(state.parameters["negative"]?.value).toEqual(state.parameters["negative"]?.best);
  expect(state.parameters["second"]?.best).toBeNull();
});

function withSteps(update: Program["updates"][string] | undefined, steps: number) {
  if (update === undefined) throw new Error("there is no such optimizer");
  return { ...update, settings: { ...update.settings, steps } };
}

const UPDATES = emojiProgram({ settings: { steps: 4 } });

function evaluatedAll(scores: readonly (readonly number[])[], patience: number): LearningState {
  let state: LearningState = { step: 0, parameters: { negative: valueAt(0) }, stopping: {} };
  for (const [step, own] of scores.entries()) {
    const { best } = state.parameters["negative"] ?? valueAt(0);
    state = { ...state, step, parameters: { negative: { ...valueAt(step), best } } };
    state = withEvaluation(UPDATES, state, { update: "optimizer", patience }, own);
  }
  return state;
}

function valueAt(step: number) {
  return {
    ...initialParameter({ context: floatTensor([1], [0]) }, false),
    value: { context: floatTensor([1], [step]) },
  };
}

test("the first of equals is best, and patience counts evaluations without a rise", () => {
  const state = evaluatedAll(
    [
      [0, 2],
      [2, 2],
      [1, 3],
    ],
    2,
  );
  const { evaluations = [], isStopped } = state.stopping["optimizer"] ?? {};
  expect({ best: bestOf(evaluations)?.step, isStopped }).toEqual({ best: 1, isStopped: false });
  expect(state.parameters["negative"]?.best).toEqual({ context: floatTensor([1], [1]) });
  expect(state.parameters["negative"]?.value).toEqual({ context: floatTensor([1], [2]) });
  expect(
    evaluatedAll(
      [
        [0, 2],
        [2, 2],
        [1, 3],
        [0, 0],
      ],
      2,
    ).stopping["optimizer"]?.isStopped,
  ).toBe(true);
});

test("a run that does all of its steps keeps the best of them, too", () => {
  const { parameters, stopping } = evaluatedAll([[1], [3], [2], [2], [2]], 9);
  expect(stopping["optimizer"]?.isStopped).toBe(false);
  expect(parameters["negative"]?.value).toEqual({ context: floatTensor([1], [1]) });
});

test("what became of it is told in a sentence", () => {
  const state = (steps: readonly number[], isStopped: boolean): StoppingState => ({
    evaluations: steps.map((score, i) => ({ step: 10 * i, scores: [score] })),
    isStopped,
  });
  expect(describeStopping(state([], false))).toBeNull();
  expect(describeStopping(state([1, 3, 2, 2], true))).toBe(
    "stopped at step 30: the held-out reward has not risen since step 10, which was kept",
  );
  expect(describeStopping(state([1, 3, 2], false))).toBe(
    "the held-out reward was highest at step 10; 1 evaluation since then without a rise",
  );
  expect(describeStopping(state([3, 2], true))).toContain("since the start, which was kept");
});
