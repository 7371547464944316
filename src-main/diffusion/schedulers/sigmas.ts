// Noise levels σ = √((1−ᾱ)/ᾱ) between and beside the training timesteps.

import { elementAt } from "../element-at.ts";

/** σ at a fractional timestep, linear between its neighbours. */
export function sigmaAt(sigmas: Float32Array, timestep: number): number {
  const below = Math.min(Math.floor(timestep), sigmas.length - 1);
  const low = elementAt(sigmas, below);
  const high = sigmas[below + 1] ?? low;
  return low + (high - low) * (timestep - below);
}

/** The fractional timestep whose σ this is, linear in log σ; levels outside the training range give its ends. */
export function timestepOfSigma(sigmas: Float32Array, sigma: number): number {
  const logSigma = Math.log(Math.max(sigma, 1e-10));
  const above = sigmas.findIndex((level) => Math.fround(Math.log(level)) > logSigma);
  const below = Math.min(Math.max((above === -1 ? sigmas.length : above) - 1, 0), sigmas.length - 2);
  const low = Math.fround(Math.log(elementAt(sigmas, below)));
  const high = Math.fround(Math.log(elementAt(sigmas, below + 1)));
  const weight = Math.min(Math.max((low - logSigma) / (low - high), 0), 1);
  return below + weight;
}

/** Karras et al. 2022 (arXiv:2206.00364), eq. 5 with ρ = 7: `count` levels from `largest` down to `smallest`. */
export function karrasSigmas(count: number, largest: number, smallest: number): readonly number[] {
  const rho = 7;
  const [from, to] = [largest ** (1 / rho), smallest ** (1 / rho)];
  return Array.from(
    { length: count },
    (_, index) => (from + (count > 1 ? index / (count - 1) : 0) * (to - from)) ** rho,
  );
}
