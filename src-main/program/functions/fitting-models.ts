// Whether the predictions of two models can be put together: of the same latents, about the same noise.

import { refuse } from "../../common/diagnostic.ts";
import type { OpenedModel } from "../values.ts";

/** Points along a schedule that show which it is, and whether noise or velocity is predicted. */
const POINTS = 8;

/** @param port where the second comes in @throws Refusal */
export function refuseUnfitting(first: OpenedModel, second: OpenedModel, port: string): void {
  if (first === second) return;
  const [wanted, given] = [first.latent, second.latent];
  if (wanted.join() !== given.join()) {
    refuse({
      code: "models-size",
      at: { port },
      message: `${first.pipeline.name} predicts latents of ${wanted.join("×")}, but ${second.pipeline.name} predicts ${given.join("×")}`,
      help: "give both models the same size, and take models of the same autoencoder",
    });
  }
  if (!agree(noiseOf(first), noiseOf(second))) {
    refuse({
      code: "models-noise",
      at: { port },
      message: `${first.pipeline.name} and ${second.pipeline.name} were trained with different noise, or one predicts noise and the other velocity`,
      help: "take two models of one family: fine-tunes of the same model",
    });
  }
}

/** x̂0 in terms of x_t and what is predicted, at some timesteps. */
function noiseOf({ scheduler }: OpenedModel): number[] {
  const ddim = scheduler("ddim", POINTS);
  return ddim.timesteps.flatMap((timestep, i) => {
    const { sample, output } = ddim.originalForm(i);
    return [timestep, sample, output];
  });
}

function agree(a: readonly number[], b: readonly number[]): boolean {
  return a.every((x, i) => Math.abs(x - (b[i] ?? NaN)) <= 1e-5 * Math.abs(x));
}
