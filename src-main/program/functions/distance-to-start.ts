// What holds a parameter near to where it began: −λ/2 · ‖p − p₀‖², the same number for each image.

import { z } from "zod";
import type { Value } from "../../compiler/graph.ts";
import { defineFunction } from "../function.ts";
import type { Lowering } from "../lowering.ts";
import type { OpenedParameter } from "../values.ts";

export const distanceToStart = defineFunction({
  name: "distance to start",
  help: "Falls with the square of the distance of a parameter from where it began: added to an objective, it holds the parameter near.",
  inputs: { parameter: { kind: "embedding" } },
  output: "score",
  /** λ */
  settings: z.strictObject({ weight: z.number().positive().max(1e6) }),
  infer({ inputs: { parameter }, fault }) {
    const { state } = parameter.facts;
    if (state === "fixed" || state === "learned") {
      fault({
        code: "parameter-fixed",
        input: "parameter",
        message:
          state === "fixed"
            ? "this embedding is not trained, and stays where it is"
            : "this embedding has been trained already",
        help: "connect the NegEmbedding that an optimizer trains",
      });
    }
    return { images: [] };
  },
  open: ({ ref, inputs: { parameter }, settings: { weight } }) => ({
    ref,
    name: "distance to start",
    lower(lowering) {
      const { b, batch } = lowering;
      // What stands in place of a parameter, as a handwritten negative in a comparison, is not trained: it has not moved.
      const squares = "initial" in parameter ? squaredDistance(lowering, parameter) : b.scalar(0);
      return b.expand(b.reshape(b.scale(squares, -weight / 2), [1]), [batch]);
    },
  }),
});

/** ‖p − p₀‖² over all tensors of a parameter → [] */
function squaredDistance(lowering: Lowering, { ref, shapes, initial, tensors }: OpenedParameter): Value {
  const { b } = lowering;
  return Object.entries(tensors(lowering))
    .map(([name, value]) => {
      const shape = shapes[name] ?? value.shape;
      const start = lowering.input(`start ${ref} ${name}`, shape, {
        rate: "run",
        tensor: async () => {
          const found = (await initial())[name];
          if (found === undefined) throw new Error(`${ref} begins without ${name}`);
          return found;
        },
      });
      const moved = b.sub(value, start);
      return b.sum(
        b.mul(moved, moved),
        shape.map((_, axis) => axis),
        0,
      );
    })
    .reduce((sum, term) => b.add(sum, term));
}
