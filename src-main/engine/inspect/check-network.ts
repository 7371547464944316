// Whether the weights of a network are those that its config calls for: the graph is built, nothing is loaded.

import type { DataType, Shape } from "../../common/tensor.ts";
import { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { ModelPart } from "../../models/model-part.ts";
import type { MotionConfig } from "../../models/motion/motion-config.ts";
import { modulePlaces, MODULES, motionMixing } from "../../models/motion/unet-motion.ts";
import { openNetwork, type PartComponent } from "../../models/networks.ts";
import { readAll } from "../../models/scope.ts";
import type { WeightMap } from "../../weights/weight-map.ts";

type InputTypes = Readonly<Record<string, readonly [DataType, Shape]>>;

/** @throws Refusal if the config is not supported, or a tensor is missing or has another shape */
export function checkNetwork(model: string | ModelPart, component: PartComponent, inputs: InputTypes): WeightMap {
  const network = openNetwork(model, component);
  const b = new GraphBuilder();
  const values = Object.entries(inputs).map(([name, [dtype, shape]]) => [name, b.input(name, dtype, shape)] as const);
  network.build(b, Object.fromEntries(values));
  return network.weights;
}

/** As `checkNetwork`, without the UNet that the modules lie in: each is built alone. */
export function checkMotion(part: ModelPart, config: MotionConfig): WeightMap {
  const weights = part.readWeights();
  const b = new GraphBuilder();
  const frames = 2;
  readAll(b, weights, { file: part.path, own: MODULES }, (scope) => {
    const { afterLayer } = motionMixing({ scope, config, file: part.path }, frames);
    for (const { block, index, channels } of modulePlaces(config)) {
      afterLayer(block, index, b.input(`${block} ${index}`, "float32", [frames, channels, 1, 1]));
    }
  });
  return weights;
}
