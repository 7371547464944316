// What holds a parameter near to where it began: −λ/2 · ‖p − p₀‖², the same number for each image.

import { z } from "zod";
import type { Value } from "../../compiler/graph.ts";
import { defineFunction } from "../function.ts";
import type { Lowering } from "../lowering.ts";
import type { OpenedParameter } from "../values.ts";

export const distanceToStart = defineFunction({
  name: "distance to start",
  help: "Falls with the square of the distance of a parameter from where it began: added to an objective, it holds the parameter near.",
  inputs: { parameter: { kind: "parameter" } },
  output: "score",
  /** λ */
  settings: z.strictObject({ weight: z.number().positive().max(1e6) }),
  infer({ inputs: { parameter }, fault }) {
    const { kind } = parameter;
    const { state } = parameter.facts;
    // Of an embedding it may not be known; a part of a pipeline that says nothing is as its files have it.
    if (state !== "trainable" && (state !== undefined || kind !== "embedding")) {
      fault({
        code: "parameter-fixed",
        input: "parameter",
        message:
          state === "learned"
            ? `this ${kind} has been trained already`
            : `this ${kind} is not trained, and stays where it is`,
        help: `connect what an optimizer trains: ${kind === "embedding" ? "a NegEmbedding or a Token Embedding" : "what a LoRA or Fine-tune Text Encoder puts out"}`,
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
function squaredDistance(lowering: Lowering, { tensors }: OpenedParameter): Value {
  const { b } = lowering;
  const starts = tensors(lowering.frozen);
  return Object.entries(tensors(lowering))
    .map(([name, value]) => {
      const start = starts[name];
      if (start === undefined) throw new Error(`the parameter begins without ${name}`);
      const moved = b.sub(value, start);
      return b.sum(
        b.mul(moved, moved),
        value.shape.map((_, axis) => axis),
        0,
      );
    })
    .reduce((sum, term) => b.add(sum, term));
}
