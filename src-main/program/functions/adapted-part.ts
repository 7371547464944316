// A part of a pipeline with a change of its weights, after those that it has already.

import { adaptByBoth } from "../../models/adapt-by-both.ts";
import type { Adapt } from "../../models/scope.ts";
import type { Lowering } from "../lowering.ts";
import type { OpenedPart } from "../values.ts";

export function adaptedBy({ adapt, ...part }: OpenedPart, change: (lowering: Lowering) => Adapt): OpenedPart {
  return { ...part, adapt: (lowering) => adaptByBoth(adapt?.(lowering), change(lowering)) };
}
