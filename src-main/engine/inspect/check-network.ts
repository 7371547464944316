// Whether the weights of a network are those that its config calls for: the graph is built, nothing is loaded.

import type { ComponentName } from "../../common/network-run.ts";
import type { DataType, Shape } from "../../common/tensor.ts";
import { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { ModelPart } from "../../models/model-part.ts";
import { openNetwork } from "../../models/networks.ts";
import type { WeightMap } from "../../weights/weight-map.ts";

type InputTypes = Readonly<Record<string, readonly [DataType, Shape]>>;

/** @throws Refusal if the config is not supported, or a tensor is missing or has another shape */
export function checkNetwork(model: string | ModelPart, component: ComponentName, inputs: InputTypes): WeightMap {
  const network = openNetwork(model, component);
  const b = new GraphBuilder();
  const values = Object.entries(inputs).map(([name, [dtype, shape]]) => [name, b.input(name, dtype, shape)] as const);
  network.build(b, Object.fromEntries(values));
  return network.weights;
}
