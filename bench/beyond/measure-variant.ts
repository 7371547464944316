// Trains one variant in a process of its own, so that its processor time is its own, and says what it is worth.

import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { evaluationReport } from "../../src-main/common/evaluation-report.ts";
import { mean } from "../../src-main/common/means.ts";
import type { RunEvent } from "../../src-main/common/run-events.ts";
import { parseRecipe, programOfRecipe } from "../../src-main/engine/recipe-program.ts";
import { openRunViews } from "../../src-main/evaluation/open-run-views.ts";
import { trainWith } from "../../src-main/learning/train.ts";
import { embedded } from "../../src-main/models/embedded.ts";
import { openRun } from "../../src-main/sampling/open-run.ts";
import { makeFolder, writeFileAtomically } from "../../src-main/weights/atomic-write.ts";
import { readJson } from "../../src-main/weights/json-file.ts";
import { readTensors } from "../../src-main/weights/safetensors.ts";
import { cosine } from "../parity/compare.ts";
import { EXACT, type Variant, type VariantResult, VARIANTS } from "./variants.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** Images of the batches whose gradients are compared, and how many batches: each draws its late steps anew. */
const COMPARED_BATCH = 32;
const COMPARED_BATCHES = 4;
/** All are judged by the same images: of prompts that nothing was learned from, drawn in as many steps as `reneg evaluate` draws. */
const JUDGED_PROMPTS = 40;
const JUDGED_STEPS = 24;

const [name, root, steps] = process.argv.slice(2);
const variant = VARIANTS.find((one) => one.name === name);
if (variant === undefined || root === undefined || steps === undefined)
  throw new Error("usage: measure-variant.ts VARIANT FOLDER STEPS");
await measure(variant, join(root, variant.name), Number(steps));

async function measure({ sampler }: Variant, folder: string, steps: number): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  makeFolder(folder);
  const cosine = meanCosine(sampler, folder);
  const processorSeconds = await train(sampler, join(folder, "run"), steps);
  const out = join(folder, "evaluation");
  const prompts = ["--prompts", embedded.prompts.heldOut, "--count", String(JUDGED_PROMPTS)];
  const judged = ["--steps", String(JUDGED_STEPS), "--guidance", "2", "--device", "cpu", "--out", out];
  reneg("evaluate", join(folder, "run", "negative.safetensors"), "--to", "emoji", ...prompts, ...judged);
  const report = evaluationReport.parse(readJson(join(out, "emoji", "report.json")));
  const result: VariantResult = { report, steps, processorSeconds, cosine };
  writeFileAtomically(join(folder, "result.json"), `${JSON.stringify(result, null, 2)}\n`);
}

function changedRecipe(sampler: Variant["sampler"], changes: object): object {
  const recipe = readJson(at("../../resources/recipes/emoji.json")) as object;
  return { ...recipe, sampler, seed: 0, previews: [], prompts: { file: embedded.prompts.train }, ...changes };
}

/** Processor seconds from the end of the first step to that of the last, times n / (n − 1): opening is no part of them. */
async function train(sampler: Variant["sampler"], folder: string, steps: number): Promise<number> {
  const file = at("../../resources/recipes/emoji.json");
  const recipe = parseRecipe(changedRecipe(sampler, { steps }), file);
  const { program } = programOfRecipe(recipe, at("../../resources/recipes"), file, () => undefined);
  const run = await openRun(program, { device: "cpu" });
  const ends: number[] = [];
  const emit = (event: RunEvent): Promise<void> => {
    const { user, system } = process.cpuUsage();
    if (event.type === "step") ends.push((user + system) / 1e6);
    return Promise.resolve();
  };
  const signal = new AbortController().signal;
  await trainWith(run, { folder, resume: false, device: "cpu", emit, signal, openViews: openRunViews });
  await run.sessions.release();
  const [first, last] = [ends[0], ends.at(-1)];
  if (first === undefined || last === undefined || ends.length < 2)
    throw new Error("a run of two steps and more is measured");
  return ((last - first) * ends.length) / (ends.length - 1);
}

function meanCosine(sampler: Variant["sampler"], folder: string): number {
  const cosines = Array.from({ length: COMPARED_BATCHES }, (_, step) =>
    cosine(gradientOf(EXACT, step, join(dirname(folder), "exact")), gradientOf(sampler, step, join(folder, "own"))),
  );
  return mean(cosines);
}

/** @param path that the gradient is kept under: the exact ones serve all variants */
function gradientOf(sampler: Variant["sampler"], step: number, path: string): Float32Array {
  const kept = `${path}-${step}.safetensors`;
  if (!existsSync(kept)) {
    const recipe = changedRecipe(sampler, { pipeline: "emoji", batch: COMPARED_BATCH });
    writeFileAtomically(`${path}.json`, JSON.stringify(recipe));
    reneg("step", `${path}.json`, "--step", String(step), "--device", "cpu", "--output", kept);
  }
  const gradient = readTensors(kept)["gradient.negative"];
  if (gradient?.dtype !== "float32") throw new Error("the step has no gradient of the negative embedding");
  return gradient.data;
}

function reneg(...parts: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [at("../../src-main/cli/reneg.mjs"), ...parts], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error(`reneg ${parts[0]} has failed`);
}
