// Answers `evaluate`: what a learned embedding is worth on models that it was not learned with.

import { join, resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { type ApplyRequest, applyRequest, type DrawingSettings } from "../../common/applying.ts";
import type { DeviceName } from "../../common/device.ts";
import type { EvaluateInput, EvaluateResult } from "../../common/evaluating.ts";
import type { RunEvent } from "../../common/run-events.ts";
import { evaluateTarget } from "../../evaluation/evaluate-target.ts";
import { summarise } from "../../evaluation/evaluation-report.ts";
import { writeTransfer } from "../../evaluation/write-transfer.ts";
import { asOnlyWriter } from "../../learning/run-lock.ts";
import { embedded } from "../../models/embedded.ts";
import { openReward } from "../../models/reward/open-reward.ts";
import type { Reward } from "../../models/reward/reward.ts";
import type { Target } from "../../models/target/open-target.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { memoryBudget } from "../../runtime/memory-budget.ts";
import { StageSessions } from "../../runtime/stage-sessions.ts";
import { drawControlImages, steeredBy } from "../../sampling/application/control-images.ts";
import { openApplication } from "../../sampling/application/open-application.ts";
import { resolveDrawing } from "../../sampling/application/resolve-drawing.ts";
import { scoreProgram } from "../../sampling/image-program.ts";
import { openHost } from "../../sampling/open-host.ts";
import { openRun } from "../../sampling/open-run.ts";
import { progressReporter } from "../../sampling/progress-reporter.ts";
import { openImageScorer } from "../../sampling/score-images.ts";
import { readPromptFile } from "../../texts/prompt-file.ts";
import { openTargetOf, resolveRequest } from "../open-target-of.ts";

interface Setting {
  readonly input: EvaluateInput;
  readonly prompts: readonly string[];
  readonly rewards: { readonly train: Reward; readonly heldOut: Reward };
  readonly device: DeviceName;
  readonly signal: AbortSignal;
  readonly emit: (event: RunEvent) => Promise<void>;
}

export const evaluate: ApiHandlers["evaluate"] = async (input, { emit, signal }) => {
  const device = await chooseDevice(input.device);
  const rewards = {
    train: openReward(rewardPaths(input).train),
    heldOut: openReward(rewardPaths(input).heldOut),
  };
  const list = readPromptFile(input.prompts ?? embedded.prompts.heldOut);
  for (const diagnostic of list.warnings) await emit({ type: "warning", diagnostic });
  const prompts = list.prompts.slice(0, input.count);
  // Opened before anything runs, so that what does not fit is told at once.
  const targets = input.to.map((to) => ({ to, target: openTargetOf(requestOf(input, to, prompts)) }));
  const evaluations: EvaluateResult["evaluations"] = [];
  for (const { to, target } of targets) {
    const setting = { input, prompts, rewards, device, signal, emit };
    evaluations.push({ to, ...(await evaluateOn(target, to, setting)) });
  }
  return { evaluations };
};

function requestOf(input: EvaluateInput, to: string, prompts: readonly string[]): ApplyRequest {
  return applyRequest.parse({ ...input, to, prompt: prompts[0] });
}

async function evaluateOn(given: Target, to: string, setting: Setting) {
  const { input, prompts, device, emit } = setting;
  const started = performance.now();
  const folder = resolve(input.out, to.replaceAll(/[^\w.-]+/g, "-").replaceAll(/^-+|-+$/g, ""));
  const request = await resolveRequest(requestOf(input, to, prompts), { device, emit });
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
  const { input, prompts, rewards, device, signal, emit } = setting;
  const sessions = new StageSessions(device, signal);
  try {
    const settings = resolveDrawing(request, target);
    const controls =
      target.controlnets.length === 0
        ? []
        : await drawControlImages(target, request, join(folder, "controls"), {
            prompts,
            settings,
            seed: input.seed,
            sessions,
            onProgress: progressReporter(`drawing for ${target.name}`, emit, { unit: "images that steer" }),
          });
    const [first] = controls;
    const steered = first === undefined ? request : steeredBy(first, request);
    const host = openHost(sessions, (diagnostic) => emit({ type: "warning", diagnostic }));
    const budget = memoryBudget(sessions.device);
    const applicationFor = (asked: ApplyRequest) => openApplication(asked, target, { sessions, host, budget });
    // What does not fit is told before scorers are opened.
    applicationFor(steered);
    const scorers = await openScorers(input, settings, sessions);
    const evaluation = await evaluateTarget(steered, {
      applicationFor,
      prompts,
      controls,
      scorers,
      emit,
      onProgress: progressReporter(`evaluating on ${target.name}`, emit, { unit: "images" }),
    });
    const { steps, guidance, scheduler } = settings;
    const report = summarise({
      scores: evaluation.scores,
      settings: {
        command: commandOf(input, to),
        pipeline: target.name,
        rewards: { train: rewards.train.name, heldOut: rewards.heldOut.name },
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
  } finally {
    await sessions.release();
  }
}

/** Some frames of a video at once. */
const FRAMES_AT_ONCE = 8;

async function openScorers(input: EvaluateInput, { frames, size }: DrawingSettings, sessions: StageSessions) {
  const { train, heldOut } = rewardPaths(input);
  const program = scoreProgram({ train: { path: train }, heldOut: { path: heldOut } }, "", size);
  const run = await openRun(program, { device: sessions.device, sessions });
  const batch = Math.min(frames, FRAMES_AT_ONCE);
  return { train: openImageScorer(run, "train", batch), heldOut: openImageScorer(run, "heldOut", batch) };
}

function rewardPaths({ reward, heldOut }: EvaluateInput) {
  return { train: reward ?? embedded.rewards.preference, heldOut: heldOut ?? embedded.rewards.heldOut };
}

function commandOf({ embedding, count, seed, out }: EvaluateInput, to: string): string {
  return `reneg evaluate ${embedding} --to ${to} --count ${count} --seed ${seed} --out ${out}`;
}
