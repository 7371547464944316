// What a LoRA file does to a network, whose numbers it takes from the file as the network takes its own.

import type { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import { adaptByBoth } from "../adapt-by-both.ts";
import type { Network } from "../networks.ts";
import type { Adapt } from "../scope.ts";
import { changeLayer } from "./low-rank.ts";
import type { LoraChange } from "./read-lora.ts";

/**
 * @param strength [] of the graph, times α / rank. It is no constant: onnxruntime would then compute all sums when it loads the network,
 *   and keep each weight twice
 */
export function adaptByFile(changes: ReadonlyMap<string, LoraChange>, strength: Value): Adapt {
  return {
    layer(b, layer) {
      const { name } = layer;
      const change = changes.get(name);
      if (change === undefined) return layer;
      const down = b.weight(`${name}.lora_down`, change.down);
      const up = b.weight(`${name}.lora_up`, change.up);
      return changeLayer(b, layer, { down, up }, b.scale(strength, change.scale));
    },
  };
}

/** The network with a LoRA in it, for whoever runs it by itself. */
export function withLora(network: Network, changes: ReadonlyMap<string, LoraChange>, strength: number): Network {
  return {
    ...network,
    build(b, inputs, adapt) {
      const [first] = Object.values(inputs);
      if (first === undefined) throw new Error("a network has inputs");
      const own = adaptByFile(changes, knownLate(b, strength, first));
      return network.build(b, inputs, adaptByBoth(adapt, own));
    },
  };
}

/** A number that is known only when an input is, see `adaptByFile`. */
function knownLate(b: GraphBuilder, value: number, input: Value): Value {
  return b.after(b.scalar(value), b.cast(input, "float32"));
}
