import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type PerSampleReport, perSampleReport } from "../common/per-sample-report.ts";
import type { RunEvent } from "../common/run-events.ts";
import { readEmbedding } from "../embeddings/embedding-file.ts";
import { readPicture } from "../pictures/picture.ts";
import type { ParameterValues } from "../sampling/moment.ts";
import { openRun } from "../sampling/open-run.ts";
import type { ProgramRun } from "../sampling/program-run.ts";
import { freezeProgram } from "./freeze-program.ts";
import { openUpdates } from "./open-updates.ts";
import { refineSamples } from "./per-sample.ts";
import { openRefiner, refine } from "./refine.ts";
import { emojiProgram } from "./testing/emoji-program.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "per-sample-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const LIMITS = { steps: 4, patience: 3 };

/** The embedded pipeline with as few sampling steps as will do. */
function small(learningRate: number, gradient: object = { kind: "foreseen", last: 1, count: 1 }) {
  return freezeProgram(
    emojiProgram({
      sampler: { steps: 3, gradient },
      // From what is asked for itself, which is easily made better.
      start: { kind: "text", text: "rocket" },
      settings: { learningRate, steps: 1 },
      calls: { single: { fn: "prompts", settings: { texts: ["a rocket", "¡pizza!"] } } },
      sinks: { each: { kind: "per-sample", update: "optimizer", prompts: "single", count: 2, seed: 5, steps: 2 } },
    }),
    folder,
  );
}

async function initialOf({ opened }: ProgramRun): Promise<ParameterValues> {
  const [parameter] = opened.parametersOf("reward");
  if (parameter === undefined) throw new Error("nothing is learned");
  return new Map([[parameter.ref, await parameter.initial()]]);
}

async function withRefiner(
  learningRate: number,
  work: (refiner: ReturnType<typeof openRefiner>, start: ParameterValues) => Promise<void>,
) {
  const run = await openRun(small(learningRate), { device: "cpu" });
  try {
    const opened = openUpdates(run, { cuts: "borders" }).get("optimizer");
    if (opened === undefined) throw new Error("nothing was opened");
    await work(openRefiner(opened), await initialOf(run));
  } finally {
    await run.sessions.release();
  }
}

test("an embedding of one prompt is never worse than the one it started from, and ends after three vain steps", async () => {
  // A rate at which every step destroys the embedding: all that can be kept is the start.
  await withRefiner(1000, async (refiner, start) => {
    const refined = await refine(refiner, "rocket", start, [0, 1], LIMITS);
    expect(refined.best.score).toBeGreaterThanOrEqual(refined.start.score);
    expect(refined.steps).toBeLessThanOrEqual(4);
    if (refined.best.score === refined.start.score) {
      expect(refined.steps).toBe(3);
      expect(refined.parameters).toEqual(start);
    }
  });
});

test("the score it reports is that of the embedding it returns", async () => {
  await withRefiner(0.02, async (refiner, start) => {
    const found = await refine(refiner, "rocket", start, [0, 1], LIMITS);
    expect(found.best.score).toBeGreaterThan(found.start.score);
    const again = await refine(refiner, "rocket", found.parameters, [0, 1], LIMITS);
    expect(again.start).toEqual(found.best);
  });
}, 60_000);

async function refineAll(program: ReturnType<typeof small>) {
  const events: RunEvent[] = [];
  const run = await openRun(program, { device: "cpu" });
  try {
    const emit = async (event: RunEvent) => void events.push(event);
    return { reports: await refineSamples(run, await initialOf(run), { folder, emit }), events };
  } finally {
    await run.sessions.release();
  }
}

function readReport(): PerSampleReport {
  return perSampleReport.parse(JSON.parse(readFileSync(join(folder, "per-sample", "report.json"), "utf8")));
}

test("each prompt gets a file of its own, which says what it was learned for and after how many steps", async () => {
  const { events } = await refineAll(small(0.02));
  const { prompts } = readReport();
  expect(prompts).toMatchObject([
    { prompt: "a rocket", file: "01-a-rocket.safetensors" },
    { prompt: "¡pizza!", file: "02-pizza.safetensors" },
  ]);
  for (const { prompt, file, global, perSample, steps } of prompts) {
    expect(perSample).toBeGreaterThanOrEqual(global);
    expect(steps).toBeLessThanOrEqual(2);
    const { metadata } = readEmbedding(join(folder, "per-sample", file));
    expect(metadata?.steps).toBe(1 + steps);
    expect(JSON.stringify(metadata)).toContain(JSON.stringify([prompt]));
  }
  expect((await readPicture(join(folder, "per-sample", "before-after.png"))).width).toBeGreaterThan(400);
  const done = events.flatMap((event) =>
    event.type === "progress" && event.unit === "single prompts" ? [event.done] : [],
  );
  expect(done).toEqual([0, 1, 2]);
}, 60_000);

test("what is there already is kept, and the trajectory through the last steps serves as well", async () => {
  const unrolled = small(0.02, { kind: "unrolled", steps: 2 });
  const { reports } = await refineAll(unrolled);
  const file = join(folder, "per-sample", "before-after.png");
  rmSync(file);
  const again = await refineAll(unrolled);
  expect(again.reports).toEqual(reports);
  expect(existsSync(file)).toBe(false);
}, 60_000);
