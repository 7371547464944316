// A place in a network's tree of weights: `at("down_blocks.0").weight("conv.weight", …)` is `down_blocks.0.conv.weight`.

import { refuse } from "../common/diagnostic.ts";
import { sameShape, type Shape } from "../common/tensor.ts";
import type { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Value } from "../compiler/graph.ts";
import type { WeightMap } from "../weights/weight-map.ts";

export interface Scope {
  readonly b: GraphBuilder;
  readonly at: (path: string) => Scope;
  /**
   * The weight as float32, whatever the file holds.
   * @throws Refusal if the file lacks it or has it in another shape than the config calls for
   */
  readonly weight: (name: string, shape: Shape) => Value;
}

/** @param file what the user calls the weights, for messages */
export function rootScope(b: GraphBuilder, weights: WeightMap, file: string): Scope {
  const scope = (prefix: string): Scope => ({
    b,
    at: (path) => scope(`${prefix}${path}.`),
    weight: (name, shape) => {
      const full = prefix + name;
      const found = weights.get(full);
      if (found === undefined) return missingWeight(file, full);
      if (!sameShape(found.shape, shape)) return wrongShape(file, full, shape, found.shape);
      if (found.transposed === undefined) return b.weight(full, found);
      return b.transpose(b.weight(full, { ...found, shape: found.shape.toReversed() }), [1, 0]);
    },
  });
  return scope("");
}

function missingWeight(file: string, name: string): never {
  return refuse({
    code: "weight-missing",
    at: { file, part: name },
    message: "the network needs this tensor, but the file does not hold it",
    help: "check that config.json and the weights come from the same model, and that the download is complete",
  });
}

function wrongShape(file: string, name: string, wanted: Shape, found: Shape): never {
  return refuse({
    code: "weight-shape",
    at: { file, part: name },
    message: `config.json calls for shape [${wanted.join(", ")}], but the file holds [${found.join(", ")}]`,
    help: "check that config.json and the weights come from the same model",
  });
}
