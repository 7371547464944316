// DDIM: Song et al. 2021, arXiv:2010.02502, eq. 12 and 16; as diffusers' DDIMScheduler.

import { refuse } from "../../common/diagnostic.ts";
import { elementAt } from "../element-at.ts";
import { alphasCumprod } from "../noise-schedule.ts";
import { refuseOptions, type SchedulerConfig } from "../scheduler-config.ts";
import { applyForm, type Scheduler } from "../scheduler.ts";
import { noiseOf, originalOf } from "./original-form.ts";
import {
  checkTimesteps,
  leadingTimesteps,
  linspaceTimesteps,
  roundHalfToEven,
  trailingTimesteps,
} from "./timesteps.ts";

/** Up to this timestep the scale of a sample goes from 1 to `rescale`, and stays there (VideoCrafter: lvdm/models/ddpm3d.py). */
const RESCALED_FROM = 400;

/** `eta` scales the noise added at each step; with 0 the sample is a function of the first noise alone. */
export function createDdim(config: SchedulerConfig, steps: number, eta = 0, rescale = 1): Scheduler {
  refuseOptions(config, "DDIM", { thresholding: [false] });
  const { prediction_type: prediction, clip_sample_range: range } = config;
  const alphas = alphasCumprod(config);
  const timesteps = ddimTimesteps(config, steps, alphas.length);
  const finalAlpha = config.set_alpha_to_one ? 1 : elementAt(alphas, 0);
  const stride = Math.floor(alphas.length / steps);
  const alphaOf = (index: number): number => elementAt(alphas, elementAt(timesteps, index));
  const nextAlphaOf = (index: number): number => alphas[elementAt(timesteps, index) - stride] ?? finalAlpha;
  const scaleAt = (timestep: number): number =>
    timestep >= RESCALED_FROM ? rescale : 1 + ((rescale - 1) * timestep) / (RESCALED_FROM - 1);
  const scaleOf = (index: number): number => scaleAt(elementAt(timesteps, index));
  if (prediction === "epsilon" && timesteps.some((_, index) => alphaOf(index) === 0)) refuseEpsilonOfPureNoise();

  return {
    timesteps,
    isMultistep: false,
    initialNoiseSigma: 1,
    inputScale: () => 1,
    alphaCumprod: alphaOf,
    originalForm: (index) => originalOf(prediction, alphaOf(index)),
    step({ index, sample, modelOutput, noise }) {
      const [alpha, nextAlpha] = [alphaOf(index), nextAlphaOf(index)];
      const form = originalOf(prediction, alpha);
      const scale = scaleOf(index);
      const unscaled = { sample: form.sample / scale, output: form.output / scale };
      const foreseen = applyForm(unscaled, sample, modelOutput);
      const original = config.clip_sample ? foreseen.map((x) => Math.min(Math.max(x, -range), range)) : foreseen;
      const epsilon = applyForm(noiseOf(prediction, alpha), sample, modelOutput);

      // σ_t = η·√((1−ᾱ_next)/(1−ᾱ_t))·√(1−ᾱ_t/ᾱ_next); x_next = √ᾱ_next·x̂0 + √(1−ᾱ_next−σ_t²)·ε̂ + σ_t·z
      const sigma = eta * Math.sqrt(((1 - nextAlpha) / (1 - alpha)) * (1 - alpha / nextAlpha));
      const nextScale = index + 1 < timesteps.length ? scaleOf(index + 1) : 1;
      const [signal, direction] = [nextScale * Math.sqrt(nextAlpha), Math.sqrt(1 - nextAlpha - sigma ** 2)];
      if (sigma > 0 && noise?.length !== sample.length)
        throw new Error("DDIM with eta > 0 needs noise of the sample's size");
      const next = original.map(
        (x, element) => signal * x + direction * (epsilon[element] ?? 0) + sigma * (noise?.[element] ?? 0),
      );
      return { sample: next, original, state: {} };
    },
  };
}

function ddimTimesteps(config: SchedulerConfig, steps: number, trainSteps: number): readonly number[] {
  const { timestep_spacing: spacing = "leading", steps_offset: offset } = config;
  const timesteps = {
    leading: () => leadingTimesteps(steps, Math.floor(trainSteps / steps), offset),
    trailing: () => trailingTimesteps(steps, trainSteps),
    linspace: () => linspaceTimesteps(steps, trainSteps - 1).map(roundHalfToEven),
  }[spacing]();
  return checkTimesteps(timesteps, steps, trainSteps);
}

function refuseEpsilonOfPureNoise(): never {
  refuse({
    code: "scheduler-option",
    at: { part: "scheduler_config.json › rescale_betas_zero_snr" },
    message: "the schedule begins with pure noise, of which an epsilon prediction says nothing about the sample",
    help: "set prediction_type to v_prediction if the network was trained so, or rescale_betas_zero_snr to false",
  });
}
