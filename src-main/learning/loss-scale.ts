// What a gradient is multiplied by on its way back where products are half floats, whose least number is 6·10⁻⁸: most of a gradient through an
// image is smaller (Micikevicius et al. 2018, arXiv:1710.03740, section 3.2).

import { Refusal } from "../common/diagnostic.ts";
import { isGradient } from "../program/schedule/cut.ts";

// As large as half floats go: what it takes too far is lowered once, what it leaves too small would be lost unseen.
const FIRST = 2 ** 16;
const LOWERED_BY = 4;

/** Remembers what has worked, for as long as the process runs. */
export class LossScale {
  #scale: number = FIRST;

  /** Runs with the greatest scale under which no gradient overflows. @throws Refusal if one does without any scale */
  async with<Result>(work: (scale: number) => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await work(this.#scale);
      } catch (error) {
        if (this.#scale === 1 || !isOverflow(error)) throw error;
        this.#scale /= LOWERED_BY;
      }
    }
  }
}

/** Whether all was well until the gradient. */
function isOverflow(error: unknown): boolean {
  if (!(error instanceof Refusal)) return false;
  return error.diagnostics.some(({ code, at }) => code === "not-finite" && isGradient(at.part ?? ""));
}
