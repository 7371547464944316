// Answers `step`: one step of training from its beginning, written as tensors. Nothing is learned by it.

import { resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { type Diagnostic, refuse } from "../../common/diagnostic.ts";
import { leadOf, stepsOf } from "../../common/program/program.ts";
import { programVersion } from "../../embeddings/program-version.ts";
import { recordStep, toldOf } from "../../learning/one-step.ts";
import { openUpdates } from "../../learning/open-updates.ts";
import { programFunctions } from "../../program/functions/index.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { openRun } from "../../sampling/open-run.ts";
import { writeSafetensors } from "../../weights/safetensors.ts";
import { readProgramFile } from "../program-file.ts";

export const step: ApiHandlers["step"] = async (
  { file, step: number, output, device: wanted, cuts, memory: budget },
  { emit, signal },
) => {
  const started = performance.now();
  const device = await chooseDevice(wanted);
  const warnings: Diagnostic[] = [];
  const { program, placed } = readProgramFile(file, (warning) => warnings.push(warning));
  for (const diagnostic of warnings) await emit({ type: "warning", diagnostic });
  const steps = stepsOf(program);
  if (number >= steps) {
    refuse({
      code: "step-missing",
      at: { file, option: "--step" },
      message: `there is no step ${number}: ${leadOf(program).name} has ${steps}, which are counted from 0`,
      help: `choose one from 0 to ${steps - 1}`,
    });
  }
  const run = await openRun(program, {
    device,
    signal,
    budget,
    emit: async (event) => {
      if (event.type !== "warning") return emit(event);
      for (const diagnostic of placed([event.diagnostic])) await emit({ type: "warning", diagnostic });
    },
  });
  try {
    const updates = openUpdates(run, { cuts, budget, tellOf: toldOf(run, programFunctions) });
    await emit({ type: "progress", phase: "computing", unit: "steps", done: 0, total: 1 });
    const { tensors, prompts } = await recordStep(updates, number);
    const lists = [...prompts].map(([name, texts]) => [name, JSON.stringify(texts)]);
    const path = resolve(output);
    const createdWith = `reneg-studio ${programVersion}`;
    writeSafetensors(path, tensors, { step: `${number}`, createdWith, ...Object.fromEntries(lists) });
    return {
      output: path,
      step: number,
      tensors: Object.entries(tensors).map(([name, { dtype, shape }]) => ({ name, dtype, shape: [...shape] })),
      prompts: [...(prompts.get("prompts") ?? [])],
      device,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await run.sessions.release();
  }
};
