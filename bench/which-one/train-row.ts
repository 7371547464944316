// Trains one row in a process of its own, so that its memory is its own, and says what it is worth on prompts that nothing was learned from.

import { copyFileSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { COMPARED_IMAGES } from "../../src-main/common/comparison-record.ts";
import { sinksOfKind } from "../../src-main/common/program/sink-names.ts";
import type { RunEvent } from "../../src-main/common/run-events.ts";
import { parseRecipe, programOfRecipe } from "../../src-main/engine/recipe-program.ts";
import { openConditions } from "../../src-main/evaluation/comparisons.ts";
import { openRunViews } from "../../src-main/evaluation/open-run-views.ts";
import { learnedValues } from "../../src-main/learning/learned-values.ts";
import { trainWith } from "../../src-main/learning/train.ts";
import { embedded } from "../../src-main/models/embedded.ts";
import { openRun } from "../../src-main/sampling/open-run.ts";
import { makeFolder, writeFileAtomically } from "../../src-main/weights/atomic-write.ts";
import { readJson } from "../../src-main/weights/json-file.ts";
import { perSampleReportOf, type PerSampleCost } from "./per-sample-row.ts";
import { recipeFile, RESULT, type Row, type RowResult, ROWS } from "./rows.ts";

/** Of as many a run keeps the images, which the next row then need not draw. */
const HELD_OUT_PROMPTS = 64;
const HANDWRITTEN = "blurry, noisy, washed out, low quality";
const SEED = 0;

const [name, root] = process.argv.slice(2);
const row = ROWS.find((one) => one.name === name);
if (row === undefined || root === undefined) throw new Error("usage: train-row.ts ROW FOLDER");
await trainRow(row, root);

async function trainRow(one: Row, folder: string): Promise<void> {
  const file = recipeFile(one);
  const out = join(folder, one.from ?? one.name);
  const evaluations = [
    {
      prompts: { file: embedded.prompts.heldOut, first: HELD_OUT_PROMPTS },
      count: 1,
      seed: SEED,
      handwritten: HANDWRITTEN,
    },
  ];
  const changed = { ...(readJson(file) as object), seed: SEED, previews: [], evaluations };
  const { program } = programOfRecipe(parseRecipe(changed, file), dirname(file), file, () => undefined);
  if (one.from === undefined) rmSync(out, { recursive: true, force: true });
  takeDrawn(folder, out);
  const run = await openRun(program, { device: "cpu" });
  let processorSeconds = 0;
  let memoryMB = 0;
  const emit = async (event: RunEvent): Promise<void> => {
    if (event.type !== "step") return;
    const { user, system } = process.cpuUsage();
    processorSeconds = (user + system) / 1e6;
    memoryMB = process.resourceUsage().maxRSS / 1024;
    if (event.step % 5 === 0) console.log(`${one.name} ${event.step}/${event.total} ${event.recent.reward.mean}`);
  };
  const outcome = await trainWith(run, {
    folder: out,
    resume: one.from !== undefined,
    device: "cpu",
    emit,
    signal: new AbortController().signal,
    openViews: openRunViews,
  });
  const [first] = outcome.reports;
  if (first === undefined) throw new Error("a recipe with an evaluation makes a report");
  const learned = learnedValues(outcome.state);
  let cost: PerSampleCost = { report: first, processorSeconds, memoryMB };
  if (one.from !== undefined) {
    const [comparison] = sinksOfKind(program, "comparison");
    if (comparison === undefined) throw new Error("the program compares");
    const conditions = openConditions(run, comparison.sink.conditions);
    cost = await perSampleReportOf({ run, conditions, learned, report: first, folder: out, seed: SEED });
  }
  const bytes = sinksOfKind(program, "save").reduce((sum, { sink }) => sum + bytesOf(join(out, sink.file)), 0);
  const result: RowResult = { ...cost, bytes };
  makeFolder(join(folder, one.name));
  writeFileAtomically(join(folder, one.name, RESULT), `${JSON.stringify(result, null, 2)}\n`);
  await run.sessions.release();
}

/** @param path a file, or a folder of files */
function bytesOf(path: string): number {
  const status = statSync(path);
  if (!status.isDirectory()) return status.size;
  return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
}

/** Images without anything learned are the same in every row. An evaluation goes on with those that it finds. */
function takeDrawn(folder: string, out: string): void {
  const imagesOf = (run: string): string => join(run, "evaluation", COMPARED_IMAGES);
  const [from] = ROWS.map((one) => imagesOf(join(folder, one.name))).filter(existsSync);
  const to = imagesOf(out);
  if (from === undefined || from === to) return;
  makeFolder(to);
  const drawn = readdirSync(from).filter((name) => !name.includes("-learned"));
  for (const name of drawn) copyFileSync(join(from, name), join(to, name));
}
