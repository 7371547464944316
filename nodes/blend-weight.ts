// How far a mixture goes from the first to the second.

import { z } from "zod";

export const blendWeight = z.number().min(-10).max(10).default(0.5).meta({
  label: "Weight",
  step: 0.05,
  help: "Of the second: 0 is the first alone, 1 the second alone; beyond, it leads away from the other.",
});
