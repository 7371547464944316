// How much of the clean sample is left after each training timestep: ᾱ_t = ∏_{s≤t} (1 − β_s).

import { elementAt } from "./element-at.ts";
import type { SchedulerConfig } from "./scheduler-config.ts";

/**
 * ᾱ_t for every training timestep.
 * Rounded to float32 wherever diffusers does: near t = 0 the noise variance 1 − ᾱ_t keeps few digits, and those must be the same.
 */
export function alphasCumprod(config: SchedulerConfig): Float32Array {
  const betas = config.rescale_betas_zero_snr ? rescaleToZeroTerminalSnr(betasOf(config)) : betasOf(config);
  return cumulativeProduct(betas.map((beta) => 1 - beta));
}

/**
 * As `alphasCumprod`, but where the schedule ends in pure noise a trace of signal (2⁻²⁴) is left:
 * solvers that work with σ = √((1 − ᾱ)/ᾱ) need it finite.
 */
export function alphasWithFiniteSigma(config: SchedulerConfig): Float32Array {
  const alphas = alphasCumprod(config);
  if (config.rescale_betas_zero_snr) alphas[alphas.length - 1] = 2 ** -24;
  return alphas;
}

/** σ_t = √((1 − ᾱ_t)/ᾱ_t): the noise beside a clean sample of full size. */
export function sigmasOf(alphas: Float32Array): Float32Array {
  return alphas.map((alpha) => Math.sqrt(Math.fround(Math.fround(1 - alpha) / alpha)));
}

function betasOf(config: SchedulerConfig): Float32Array {
  const { trained_betas: trained, beta_schedule: schedule, num_train_timesteps: count } = config;
  if (trained) return Float32Array.from(trained);
  const { beta_start: start, beta_end: end } = config;
  if (schedule === "linear") return linspace(start, end, count);
  if (schedule === "scaled_linear") return linspace(Math.sqrt(start), Math.sqrt(end), count).map((root) => root * root);
  return cosineBetas(count);
}

/** `count` numbers from `start` to `end`, each half counted from its own end as PyTorch does in float32. */
function linspace(start: number, end: number, count: number): Float32Array {
  const [first, last] = [Math.fround(start), Math.fround(end)];
  const step = Math.fround(Math.fround(last - first) / (count - 1));
  const half = Math.floor(count / 2);
  return Float32Array.from({ length: count }, (_, index) =>
    index < half ? first + step * index : last - step * (count - index - 1),
  );
}

/** Nichol & Dhariwal 2021 (arXiv:2102.09672), eq. 17: ᾱ(t) = cos²((t + 0.008)/1.008 · π/2), with β at most 0.999. */
function cosineBetas(count: number): Float32Array {
  const alphaBar = (time: number): number => Math.cos((((time + 0.008) / 1.008) * Math.PI) / 2) ** 2;
  return Float32Array.from({ length: count }, (_, index) =>
    Math.min(1 - alphaBar((index + 1) / count) / alphaBar(index / count), 0.999),
  );
}

/** Lin et al. 2024 (arXiv:2305.08891), algorithm 1: shift √ᾱ so that the last is 0, scale so that the first stays. */
function rescaleToZeroTerminalSnr(betas: Float32Array): Float32Array {
  const roots = cumulativeProduct(betas.map((beta) => 1 - beta)).map(Math.sqrt);
  const [first, last] = [elementAt(roots, 0), elementAt(roots, roots.length - 1)];
  const scale = Math.fround(first / Math.fround(first - last));
  const bars = roots.map((root) => Math.fround(root - last) * scale).map((root) => root * root);
  return bars.map((bar, index) => 1 - (index === 0 ? bar : Math.fround(bar / elementAt(bars, index - 1))));
}

function cumulativeProduct(factors: Float32Array): Float32Array {
  let product = 1;
  return factors.map((factor) => (product *= factor));
}
