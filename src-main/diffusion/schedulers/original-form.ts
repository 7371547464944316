// x̂0 as a linear form of x_t and the network's output, for the three things a network may predict.

import type { SchedulerConfig } from "../scheduler-config.ts";
import type { LinearForm } from "../scheduler.ts";

/** With x_t = √ᾱ·x₀ + √(1−ᾱ)·ε and v = √ᾱ·ε − √(1−ᾱ)·x₀ (Salimans & Ho 2022, arXiv:2202.00512). */
export function originalOf(prediction: SchedulerConfig["prediction_type"], alphaCumprod: number): LinearForm {
  const signal = Math.sqrt(alphaCumprod);
  const noise = Math.sqrt(1 - alphaCumprod);
  switch (prediction) {
    case "epsilon":
      return { sample: 1 / signal, output: -noise / signal };
    case "v_prediction":
      return { sample: signal, output: -noise };
    case "sample":
      return { sample: 0, output: 1 };
  }
}

/** ε̂, the noise that x_t would hold besides x̂0. */
export function noiseOf(prediction: SchedulerConfig["prediction_type"], alphaCumprod: number): LinearForm {
  const signal = Math.sqrt(alphaCumprod);
  const noise = Math.sqrt(1 - alphaCumprod);
  switch (prediction) {
    case "epsilon":
      return { sample: 0, output: 1 };
    case "v_prediction":
      return { sample: noise, output: signal };
    case "sample":
      return { sample: 1 / noise, output: -signal / noise };
  }
}
