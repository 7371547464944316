// The small run that is tortured, the same run left in peace, and everything in which the two differ.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { checkRun } from "../../src-main/engine/check-run.ts";
import { twoOptimizers } from "../../src-main/learning/testing/emoji-program.ts";
import { reneg } from "./reneg-command.ts";

/** All that a run writes: previews, and checkpoints of which the oldest go. */
export const SMALL_RECIPE = {
  prompts: ["a red apple", "a rocket", "a green leaf"],
  steps: 6,
  batch: 2,
  microBatch: 2,
  seed: 5,
  sampler: { steps: 4, lastSteps: 2 },
  previews: { every: 2, prompts: ["a red apple"] },
  checkpoints: { every: 2, keep: 2 },
};

export interface Reference {
  readonly recipe: string;
  /** The folder of the run that nobody disturbed. */
  readonly run: string;
  /** Lines of progress that it has printed. */
  readonly lines: number;
  readonly seconds: number;
}

/** Two parameters in one run, each with an optimizer, a guidance and a number of steps of its own. */
export const TWO_OPTIMIZERS = twoOptimizers({
  settings: { steps: 6 },
  sinks: {
    preview: { kind: "preview", image: "decoder", objective: "reward", prompts: "prompts", every: 2, count: 1 },
    checkpoints: { kind: "checkpoints", every: 2, keep: 2 },
  },
});

/** @param given a recipe, or a program */
export async function learnInPeace(folder: string, given: object = SMALL_RECIPE, name = "recipe"): Promise<Reference> {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(given));
  const run = join(folder, name === "recipe" ? "in-peace" : `${name}-in-peace`);
  const start = performance.now();
  const { how, stderr } = await reneg(["train", file, "--out", run, "--device", "cpu"], folder);
  if (how !== 0) throw new Error(`the run that nobody disturbs ended with ${how}: ${stderr}`);
  return { recipe: file, run, lines: stderr.split("\n").length, seconds: (performance.now() - start) / 1000 };
}

/** As a person goes on: with the run, or, where not even its program was written, with the recipe. */
export function wordsToGoOn({ recipe }: Reference, run: string): string[] {
  const words = existsSync(join(run, "program.json")) ? ["--resume", run] : [recipe, "--out", run];
  return ["train", ...words, "--device", "cpu"];
}

/** In words, everything that tells a run that was disturbed and resumed from the one that was not. */
export async function differencesOf(run: string, { run: reference }: Pick<Reference, "run">): Promise<string[]> {
  const [own, expected] = [filesOf(run), filesOf(reference)];
  return [
    ...expected
      .filter((name) => !own.includes(name) && (!isCheckpoint(name) || name === lastOf(expected)))
      .map((name) => `${name} is missing`),
    ...(own.filter(isCheckpoint).length === expected.filter(isCheckpoint).length
      ? []
      : ["another number of checkpoints"]),
    ...own.filter((name) => !expected.includes(name) && !isCheckpoint(name)).map((name) => `${name} is left over`),
    ...expected
      .filter((name) => own.includes(name) && !contentOf(run, name).equals(contentOf(reference, name)))
      .map((name) => `${name} is not what an undisturbed run writes`),
    ...(await faultsFoundIn(run)),
  ];
}

/** A run that was asked to end has saved where it was: then other ones than the last are kept. */
function isCheckpoint(name: string): boolean {
  return name.startsWith(`checkpoints${sep}`);
}

function lastOf(names: readonly string[]): string | undefined {
  return names.findLast(isCheckpoint);
}

async function faultsFoundIn(run: string): Promise<string[]> {
  const { findings } = await checkRun(run, false);
  return findings.map(({ file, message }) => `reneg check: ${file}: ${message}`);
}

/** All but latent previews, which appear by the clock. */
function filesOf(run: string): string[] {
  return readdirSync(run, { recursive: true, encoding: "utf8" })
    .map((name) => join(run, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => relative(run, file))
    .filter((name) => name !== "latent-preview.png")
    .toSorted();
}

/** Its bytes, without what depends on the clock and the machine. */
function contentOf(run: string, name: string): Buffer {
  const bytes = readFileSync(join(run, name));
  if (name !== "metrics.jsonl") return bytes;
  return Buffer.from(bytes.toString().replace(/,"seconds":[^,}]*|,"memoryMB":[^,}]*/g, ""));
}
