// A part of a pipeline with a change of its weights, after those that it has already.

import { adaptByBoth } from "../../models/adapt-by-both.ts";
import type { Adapt } from "../../models/scope.ts";
import type { Lowering } from "../lowering.ts";
import type { OpenedPart } from "../values.ts";

/** @param part of which a parameter that is learned in it stays another value */
export function adaptedBy(
  { pipeline, published, adapt }: OpenedPart,
  change: (lowering: Lowering) => Adapt,
): OpenedPart {
  return { pipeline, published, adapt: (lowering) => adaptByBoth(adapt?.(lowering), change(lowering)) };
}
