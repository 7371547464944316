// Euler's method on the probability-flow ODE dx/dσ = (x − x̂0)/σ: Karras et al. 2022, arXiv:2206.00364, algorithm 2 without churn;
// as diffusers' EulerDiscreteScheduler.

import { elementAt } from "../element-at.ts";
import { alphasWithFiniteSigma, sigmasOf } from "../noise-schedule.ts";
import { refuseOptions, type SchedulerConfig } from "../scheduler-config.ts";
import { applyForm, type LinearForm, type Scheduler } from "../scheduler.ts";
import { karrasSigmas, sigmaAt, timestepOfSigma } from "./sigmas.ts";
import { checkTimesteps, leadingTimesteps, linspaceTimesteps, trailingTimesteps } from "./timesteps.ts";

/** Here x_σ = x₀ + σ·ε: the clean sample keeps its size, and the network takes x_σ/√(σ² + 1). */
export function createEuler(config: SchedulerConfig, steps: number): Scheduler {
  refuseOptions(config, "Euler", {
    use_exponential_sigmas: [false],
    use_beta_sigmas: [false],
    interpolation_type: ["linear"],
    timestep_type: ["discrete"],
    sigma_min: [null],
    sigma_max: [null],
  });
  const { timesteps, sigmas } = eulerLevels(config, steps);
  const sigmaOf = (index: number): number => elementAt(sigmas, index);
  const formOf = (index: number): LinearForm => sigmaForm(config.prediction_type, sigmaOf(index));
  const largest = Math.max(...sigmas);
  const startsAtFullNoise = (config.timestep_spacing ?? "linspace") !== "leading";

  return {
    timesteps,
    isMultistep: false,
    initialNoiseSigma: startsAtFullNoise ? largest : Math.sqrt(largest ** 2 + 1),
    inputScale: (index) => 1 / Math.sqrt(sigmaOf(index) ** 2 + 1),
    alphaCumprod: (index) => 1 / (sigmaOf(index) ** 2 + 1),
    originalForm: formOf,
    step({ index, sample, modelOutput }) {
      const original = applyForm(formOf(index), sample, modelOutput);
      // x_next = x + (x − x̂0)/σ · (σ_next − σ)
      const ratio = sigmaOf(index + 1) / sigmaOf(index);
      return { sample: applyForm({ sample: ratio, output: 1 - ratio }, sample, original), original, state: {} };
    },
  };
}

function sigmaForm(prediction: SchedulerConfig["prediction_type"], sigma: number): LinearForm {
  switch (prediction) {
    case "epsilon":
      return { sample: 1, output: -sigma };
    case "v_prediction":
      return { sample: 1 / (sigma ** 2 + 1), output: -sigma / Math.sqrt(sigma ** 2 + 1) };
    case "sample":
      return { sample: 0, output: 1 };
  }
}

/** The timesteps, and σ at each of them and after the last. */
function eulerLevels(config: SchedulerConfig, steps: number): { timesteps: readonly number[]; sigmas: Float32Array } {
  const trained = sigmasOf(alphasWithFiniteSigma(config));
  const spaced = eulerTimesteps(config, steps, trained.length);
  const levels = spaced.map((timestep) => sigmaAt(trained, timestep));
  const chosen = config.use_karras_sigmas
    ? karrasSigmas(steps, elementAt(levels, 0), elementAt(levels, steps - 1))
    : levels;
  const timesteps = config.use_karras_sigmas ? chosen.map((sigma) => timestepOfSigma(trained, sigma)) : spaced;
  const last = config.final_sigmas_type === "sigma_min" ? elementAt(trained, 0) : 0;
  return { timesteps: timesteps.map(Math.fround), sigmas: Float32Array.from([...chosen, last]) };
}

function eulerTimesteps(config: SchedulerConfig, steps: number, trainSteps: number): readonly number[] {
  const { timestep_spacing: spacing = "linspace", steps_offset: offset } = config;
  const timesteps = {
    leading: () => leadingTimesteps(steps, Math.floor(trainSteps / steps), offset),
    trailing: () => trailingTimesteps(steps, trainSteps),
    linspace: () => linspaceTimesteps(steps, trainSteps - 1).map(Math.fround),
  }[spacing]();
  return checkTimesteps(timesteps, steps, trainSteps);
}
