// What bounds or scales a score, or takes the least or the greatest of several.

import { z } from "zod";
import { defineNode } from "./define-node.ts";

const bound = z.number().min(-1e6).max(1e6);

export const scoreFunction = defineNode({
  type: "reward/function",
  version: 1,
  title: "Score Function",
  help: "Bounds a score so that no more is gained beyond, scales it, or takes the least or the greatest of several: training then serves the reward that is worst off.",
  synonyms: ["Clip Score", "Clamp", "Minimum", "Maximum", "Soft Minimum", "Worst Case", "Math"],
  inputs: {
    scores: { kind: "score", label: "Scores", help: "One to clip or to scale; any number for the others.", many: true },
  },
  outputs: { score: { kind: "score", label: "Score", help: "What the function makes of them." } },
  params: z.object({
    function: z.enum(["clip", "scale", "min", "max", "softmin"]).default("clip").meta({
      label: "Function",
      help: "clip: between two bounds; scale: factor · score + offset; min, max: of all for each image; softmin: between the least and the mean, smoothly.",
    }),
    low: bound.nullable().default(null).meta({ label: "Lower bound", help: "Of clip.", empty: "none", step: 0.1 }),
    high: bound.nullable().default(null).meta({ label: "Upper bound", help: "Of clip.", empty: "none", step: 0.1 }),
    factor: bound
      .default(1)
      .meta({ label: "Factor", help: "Of scale; below 0, training avoids what is liked.", step: 0.1 }),
    offset: bound.default(0).meta({ label: "Offset", help: "Of scale.", step: 0.1 }),
    temperature: z.number().positive().max(1e6).default(0.1).meta({
      label: "Temperature",
      step: 0.01,
      help: "Of softmin: towards 0 the least of the scores, for large ones their mean.",
    }),
  }),
  compile({ inputs, params: { function: kind, low, high, factor, offset, temperature }, call }) {
    const choice = {
      clip: { kind: "clip", ...(low === null ? {} : { low }), ...(high === null ? {} : { high }) },
      scale: { kind: "scale", factor, offset },
      min: { kind: "min" },
      max: { kind: "max" },
      softmin: { kind: "softmin", temperature },
    }[kind];
    const places = { "function.low": "low", "function.high": "high", "function.factor": "factor" };
    return { outputs: { score: call("score function", inputs, { function: choice }, { params: places }) } };
  },
});
