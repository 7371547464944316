// DPM-Solver++(2M): Lu et al. 2022, arXiv:2211.01095, algorithm 2, in the midpoint form of diffusers' DPMSolverMultistepScheduler.

import { elementAt } from "../element-at.ts";
import { alphasWithFiniteSigma, sigmasOf } from "../noise-schedule.ts";
import { refuseOptions, type SchedulerConfig } from "../scheduler-config.ts";
import { applyForm, type LinearForm, type Scheduler } from "../scheduler.ts";
import { originalOf } from "./original-form.ts";
import { karrasSigmas, sigmaAt, timestepOfSigma } from "./sigmas.ts";
import {
  checkTimesteps,
  leadingTimesteps,
  linspaceTimesteps,
  roundHalfToEven,
  trailingTimesteps,
} from "./timesteps.ts";

/** Below this many steps the last ones are taken with a lower order, for stability. */
const FEW_STEPS = 15;

export function createDpmSolverMultistep(config: SchedulerConfig, steps: number): Scheduler {
  refuseOptions(config, "DPM-Solver++", {
    algorithm_type: ["dpmsolver++", "deis"],
    solver_order: [2, 1],
    // The words of other multistep solvers, for which diffusers takes midpoint as well.
    solver_type: ["midpoint", "logrho", "bh1", "bh2"],
    thresholding: [false],
    use_exponential_sigmas: [false],
    use_beta_sigmas: [false],
    use_lu_lambdas: [false],
    variance_type: [],
  });
  const { timesteps, sigmas } = dpmLevels(config, steps);
  const levelOf = (index: number): Level => levelOfSigma(elementAt(sigmas, index));
  const formOf = (index: number): LinearForm => originalOf(config.prediction_type, levelOf(index).signal ** 2);
  const isFirstOrder = (index: number): boolean =>
    config.solver_order === 1 || (index === timesteps.length - 1 && endsInFirstOrder(config, timesteps.length));

  return {
    timesteps,
    isMultistep: true,
    initialNoiseSigma: 1,
    inputScale: () => 1,
    alphaCumprod: (index) => levelOf(index).signal ** 2,
    originalForm: formOf,
    step({ index, sample, modelOutput, state }) {
      const original = applyForm(formOf(index), sample, modelOutput);
      const previous = isFirstOrder(index) ? undefined : state?.previousOriginal;
      const [now, next] = [levelOf(index), levelOf(index + 1)];
      // With h = λ_next − λ: x_next = (σ_next/σ)·x + α_next·(1 − e^(−h))·D
      const h = next.logSnr - now.logSnr;
      const update = { sample: next.noise / now.noise, output: -next.signal * Math.expm1(-h) };
      // D = x̂0, or in second order x̂0 + (x̂0 − x̂0_previous)/(2r) with r = h_previous/h
      const weight = previous === undefined ? 0 : h / (2 * (now.logSnr - levelOf(index - 1).logSnr));
      const target =
        previous === undefined ? original : applyForm({ sample: 1 + weight, output: -weight }, original, previous);
      return { sample: applyForm(update, sample, target), original, state: { previousOriginal: original } };
    },
  };
}

/** x_t = signal·x₀ + noise·ε, and λ = log(signal/noise). */
interface Level {
  readonly signal: number;
  readonly noise: number;
  readonly logSnr: number;
}

function levelOfSigma(sigma: number): Level {
  const signal = 1 / Math.sqrt(sigma ** 2 + 1);
  return { signal, noise: sigma * signal, logSnr: -Math.log(sigma) };
}

/** A step to σ = 0 has infinite h, which only the first order bears. */
function endsInFirstOrder(config: SchedulerConfig, steps: number): boolean {
  return (
    config.euler_at_final || (config.lower_order_final && steps < FEW_STEPS) || config.final_sigmas_type === "zero"
  );
}

/** The timesteps, and σ at each of them and after the last. */
function dpmLevels(config: SchedulerConfig, steps: number): { timesteps: readonly number[]; sigmas: Float32Array } {
  const trained = sigmasOf(alphasWithFiniteSigma(config));
  const last = config.final_sigmas_type === "sigma_min" ? elementAt(trained, 0) : 0;
  if (!config.use_karras_sigmas) {
    const timesteps = dpmTimesteps(config, steps, trained);
    const levels = timesteps.map((timestep) => sigmaAt(trained, timestep));
    return { timesteps, sigmas: Float32Array.from([...levels, last]) };
  }
  const levels = karrasSigmas(steps, elementAt(trained, trained.length - 1), elementAt(trained, 0));
  const round = config.beta_schedule === "squaredcos_cap_v2" ? Math.trunc : roundHalfToEven;
  const timesteps = levels.map((sigma) => round(timestepOfSigma(trained, sigma)));
  return { timesteps, sigmas: Float32Array.from([...levels, last]) };
}

/** Unlike for the other samplers, one timestep more is laid out and the cleanest left away. */
function dpmTimesteps(config: SchedulerConfig, steps: number, trained: Float32Array): readonly number[] {
  const { timestep_spacing: spacing = "linspace", steps_offset: offset, lambda_min_clipped: clip } = config;
  // λ = −log σ falls with t; where it is clipped, the noisiest timesteps are left out.
  const usable = clip === undefined || clip === null ? trained : trained.filter((sigma) => -Math.log(sigma) >= clip);
  const timesteps = {
    leading: () => leadingTimesteps(steps + 1, Math.floor(usable.length / (steps + 1)), offset).slice(0, -1),
    trailing: () => trailingTimesteps(steps, trained.length, usable.length),
    linspace: () =>
      linspaceTimesteps(steps + 1, usable.length - 1)
        .map(roundHalfToEven)
        .slice(0, -1),
  }[spacing]();
  return checkTimesteps(timesteps, steps, trained.length);
}
