// Which training timesteps a sampler visits. Table 2 of Lin et al. 2024 (arXiv:2305.08891).

import { agreeing, counted } from "../../common/counted.ts";
import { refuse } from "../../common/diagnostic.ts";

/** `count` whole multiples of the spacing, the largest first, shifted by `offset`: `[…, 2s, s, 0] + offset`. */
export function leadingTimesteps(count: number, spacing: number, offset: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => (count - 1 - index) * spacing + offset);
}

/** From `last` down to 1 in equal parts of `trainSteps`, each one less: the noisiest timestep is always visited. */
export function trailingTimesteps(count: number, trainSteps: number, last = trainSteps): readonly number[] {
  return Array.from({ length: count }, (_, index) => roundHalfToEven(last - index * (trainSteps / count)) - 1);
}

/** `count` numbers from `last` down to 0 with equal distances, not rounded. */
export function linspaceTimesteps(count: number, last: number): readonly number[] {
  const spacing = count > 1 ? last / (count - 1) : 0;
  return Array.from({ length: count }, (_, index) => (index === 0 && count > 1 ? last : (count - 1 - index) * spacing));
}

/** As NumPy rounds: 0.5 goes to 0, 1.5 to 2. */
export function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const fraction = value - below;
  if (fraction !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** Every timestep must be one that the network was trained on. */
export function checkTimesteps(timesteps: readonly number[], steps: number, trainSteps: number): readonly number[] {
  if (steps <= trainSteps && timesteps.every((timestep) => timestep >= 0 && timestep <= trainSteps - 1))
    return timesteps;
  return refuse({
    code: "scheduler-steps",
    at: { option: "steps" },
    message: `${counted(steps, "step")} ${agreeing(steps, "does", "do")} not fit into the ${counted(trainSteps, "timestep")} the network was trained on`,
    help: "choose fewer steps; 20 to 50 are usual",
  });
}
