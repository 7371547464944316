// Answers `evaluate`: what a learned embedding is worth on models that it was not learned with.

import { basename, resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { type ApplyRequest, applyRequest } from "../../common/applying.ts";
import type { DeviceName } from "../../common/device.ts";
import type { Diagnostic } from "../../common/diagnostic.ts";
import type { EvaluateInput, EvaluateResult } from "../../common/evaluating.ts";
import type { RunEvent } from "../../common/run-events.ts";
import type { TargetEvaluation } from "../../evaluation/evaluate-target.ts";
import { summarise } from "../../evaluation/evaluation-report.ts";
import { shownPlaces, writeTransfer } from "../../evaluation/write-transfer.ts";
import { asOnlyWriter } from "../../learning/run-lock.ts";
import { embedded } from "../../models/embedded.ts";
import { openReward } from "../../models/reward/open-reward.ts";
import type { Target } from "../../models/target/open-target.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { checkApplication } from "../../sampling/application/check-application.ts";
import { resolveDrawing } from "../../sampling/application/resolve-drawing.ts";
import { progressReporter } from "../../sampling/progress-reporter.ts";
import { readPromptFile } from "../../texts/prompt-file.ts";
import { evaluateShard, type EvaluationShard, rewardPaths } from "../evaluate-shard.ts";
import { openTargetOf, resolveRequest } from "../open-target-of.ts";
import { withTarget } from "../with-target.ts";
import { evaluateWithWorkers } from "../workers/evaluate-with-workers.ts";
import { openWorkers } from "../workers/open-workers.ts";

interface Setting {
  readonly input: EvaluateInput;
  readonly prompts: readonly string[];
  /** Names of both. */
  readonly rewards: { readonly train: string; readonly heldOut: string };
  /** Of this process. */
  readonly here: DeviceName;
  /** On which images are drawn. */
  readonly device: DeviceName;
  readonly workers: Awaited<ReturnType<typeof openWorkers>> | undefined;
  readonly signal: AbortSignal;
  readonly emit: (event: RunEvent) => Promise<void>;
}

export const evaluate: ApiHandlers["evaluate"] = async (input, { emit, signal }) => {
  const here = await chooseDevice(input.device);
  const paths = rewardPaths(input);
  const rewards = { train: openReward(paths.train).name, heldOut: openReward(paths.heldOut).name };
  const list = readPromptFile(input.prompts ?? embedded.prompts.heldOut);
  for (const diagnostic of list.warnings) await emit({ type: "warning", diagnostic });
  const prompts = list.prompts.slice(0, input.count);
  // Opened before anything runs, so that what does not fit is told at once.
  const targets = input.to.map((to) => ({ to, target: openTargetOf(requestOf(input, to, prompts)) }));
  const workers = input.workers && (await openWorkers(input.workers, emit));
  const setting = { input, prompts, rewards, here, device: workers?.device ?? here, workers, signal, emit };
  const evaluations: EvaluateResult["evaluations"] = [];
  try {
    for (const { to, target } of targets) evaluations.push({ to, ...(await evaluateOn(target, to, setting)) });
  } finally {
    await workers?.close();
  }
  return { evaluations };
};

function requestOf(input: EvaluateInput, to: string, prompts: readonly string[]): ApplyRequest {
  return applyRequest.parse({ ...input, to, prompt: prompts[0] });
}

async function evaluateOn(given: Target, to: string, setting: Setting) {
  const { input, prompts, here, emit } = setting;
  const started = performance.now();
  const folder = resolve(input.out, to.replaceAll(/[^\w.-]+/g, "-").replaceAll(/^-+|-+$/g, ""));
  const request = await resolveRequest(requestOf(input, to, prompts), { device: here, emit });
  const target = request.prediction === undefined ? given : openTargetOf(request);
  return asOnlyWriter(folder, () => evaluateIn(folder, { request, target, to, setting, started }));
}

interface Opened {
  readonly request: ApplyRequest;
  readonly target: Target;
  readonly to: string;
  readonly setting: Setting;
  /** `performance.now()`, in milliseconds. */
  readonly started: number;
}

async function evaluateIn(folder: string, { request, target, to, setting, started }: Opened) {
  const { input, rewards, prompts, device } = setting;
  const settings = resolveDrawing(request, target);
  const { reward, heldOut } = input;
  const whole = { request, rewards: { reward, heldOut }, prompts, shown: shownPlaces(prompts) };
  await warnOfTexts(request, target, setting);
  const evaluation = await carryOut(whole, folder, target, setting);
  const { steps, guidance, scheduler } = settings;
  const report = summarise({
    scores: evaluation.scores,
    settings: {
      command: commandOf(input, to),
      pipeline: target.name,
      rewards,
      handcrafted: input.written,
      steps,
      guidance,
      scheduler,
      device,
    },
    seconds: (performance.now() - started) / 1000,
    peakMemoryMB: process.resourceUsage().maxRSS / 1024,
  });
  return { report, files: await writeTransfer(folder, report, evaluation, settings.fps) };
}

/** Of all prompts together, before any is drawn, whoever draws it. */
async function warnOfTexts(request: ApplyRequest, target: Target, { prompts, here, signal, emit }: Setting) {
  const warn = (diagnostic: Diagnostic): Promise<void> => emit({ type: "warning", diagnostic });
  await withTarget(target, { device: here, signal, warn }, async ({ textsFor }) => {
    const asked = { texts: prompts, at: { option: "--prompts" } };
    for (const diagnostic of checkApplication(textsFor(request), asked)) await warn(diagnostic);
  });
}

function carryOut(
  whole: EvaluationShard,
  folder: string,
  target: Target,
  { input, device, workers, emit, signal }: Setting,
): Promise<TargetEvaluation> {
  if (workers === undefined) return evaluateShard({ ...whole, target, folder, device, emit, signal });
  return evaluateWithWorkers(whole, {
    ...workers,
    device,
    title: `${basename(input.embedding)} on ${target.name}`,
    warn: (diagnostic) => emit({ type: "warning", diagnostic }),
    signal,
    onProgress: progressReporter(`evaluating on ${target.name}`, emit, { unit: "images" }),
  });
}

function commandOf({ embedding, count, seed, out }: EvaluateInput, to: string): string {
  return `reneg evaluate ${embedding} --to ${to} --count ${count} --seed ${seed} --out ${out}`;
}
