// A LoRA whose factors are inputs of the graph.

import { besideLayer } from "../../models/lora/low-rank.ts";
import { factorNames } from "../../models/lora/module-names.ts";
import type { Adapt } from "../../models/scope.ts";
import type { Tensors } from "../values.ts";

/** @param tensors by `factorNames` of each layer's path @param scale α / rank */
export function adaptByTensors(tensors: Tensors, scale: number): Adapt {
  return {
    layer(b, layer) {
      const names = factorNames({ path: layer.name.replace(/\.weight$/, "") });
      const [down, up] = [tensors[names.down], tensors[names.up]];
      if (down === undefined || up === undefined) return layer;
      return besideLayer(b, layer, { down, up }, b.scalar(scale));
    },
  };
}
