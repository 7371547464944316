// What is to be reached, each with its figure.

import type { CaseName } from "./cases.ts";
import { caseOf } from "./cases.ts";
import { growthExponent, lengthFigures } from "./growth-figures.ts";
import type { CaseFigures, Figures } from "./summarize.ts";

export interface Goal {
  readonly goal: string;
  /** `null`: not measured, or not against a peer. */
  readonly figure: number | null;
  readonly limit:
    | { readonly atMost: number }
    | { readonly atLeast: number }
    | { readonly within: readonly [number, number] };
  readonly unit: "ratio" | "seconds" | "share" | "exponent";
  readonly isReached: boolean | null;
}

export function goalsOf({ cases }: Figures): readonly Goal[] {
  const of = (name: CaseName): CaseFigures | undefined => cases.find((one) => one.name === name);
  const ratio = (name: CaseName): number | null => of(name)?.ratio ?? null;
  const decoding = of("decode-512")?.ours?.median;
  const decodingGradient = of("decode-gradient-512")?.ours?.median;
  const lessMemory = of("gradient-512-less-memory");
  const paper = of("iteration-256");
  const loadings = of("first-gradient-256")?.loadings ?? [];
  const again = loadings.slice(1);
  return [
    atMost("gradient part of a step, 256², to PyTorch", ratio("gradient-256"), 0.55),
    atMost("gradient part of a step, 512², to PyTorch", ratio("gradient-512"), 0.5),
    atMost("VAE decoding and gradient, 512², to our own decoding", quotient(decodingGradient, decoding), 2.2),
    atMost("UNet pass, 512², to PyTorch", ratio("unet-512"), 0.6),
    atMost("whole iteration of the paper, 256², to PyTorch", ratio("iteration-256"), 0.5),
    atMost("peak memory of the step in 8 GB, 512², to checkpointed PyTorch", lessMemory?.memoryRatio ?? null, 0.8),
    atMost("time of the same, to checkpointed PyTorch", lessMemory?.ratio ?? null, 1),
    atMost("loading all sessions of a step, 256², the first time", loadings[0] ?? null, 5, "seconds"),
    atMost("the same again", again.length === 0 ? null : Math.min(...again), 2, "seconds"),
    atMost("time outside onnxruntime, whole iteration", paper?.facts?.outside ?? null, 0.02, "share"),
    atLeast("share of the machine's peak, whole iteration", paper?.oursShare ?? null, 0.7),
    ...cases.flatMap(growthGoals),
  ];
}

function growthGoals({ name, title, growth }: CaseFigures): Goal[] {
  const expected = caseOf(name).growth;
  if (expected === undefined || growth === null || growth === undefined) return [];
  if (expected.exponent !== undefined) {
    const { least, most } = expected.exponent;
    const figure = growthExponent(growth);
    const isReached = figure >= least && figure <= most;
    const goal = `${title}: seconds ∝ (${expected.axis})^x`;
    return [{ goal, figure, limit: { within: [least, most] }, unit: "exponent", isReached }];
  }
  const { memory, pace } = lengthFigures(growth);
  return [
    atMost(`${title}: memory at the end to that at step 100`, memory, 1.05),
    atMost(`${title}: its last hundred steps to its first`, pace, 1.05),
  ];
}

function atMost(goal: string, figure: number | null, limit: number, unit: Goal["unit"] = "ratio"): Goal {
  return { goal, figure, limit: { atMost: limit }, unit, isReached: figure === null ? null : figure <= limit };
}

function atLeast(goal: string, figure: number | null, limit: number): Goal {
  return {
    goal,
    figure,
    limit: { atLeast: limit },
    unit: "share",
    isReached: figure === null ? null : figure >= limit,
  };
}

function quotient(a: number | undefined, b: number | undefined): number | null {
  return a === undefined || b === undefined ? null : a / b;
}
