// A text encoder of which some weights are learned: they are inputs of the graph instead of what its files hold.

import { z } from "zod";
import { storeOf } from "../../parameters/parameter-kind.ts";
import { defineFunction } from "../function.ts";
import type { Lowering } from "../lowering.ts";
import type { Tensors } from "../values.ts";
import { adaptedBy } from "./adapted-part.ts";
import { parameterTensors } from "./parameter-tensors.ts";

export const trainedTextEncoder = defineFunction({
  name: "trained text encoder",
  help: "A text encoder that is learned, whole or its last layers.",
  inputs: { encoder: { kind: "text encoder" } },
  output: "text encoder",
  settings: z.strictObject({
    /** Two parameters that begin alike are still two. */
    id: z.string(),
    /** The last so many, with the norm behind them; absent: the whole encoder, its tables of words and places too. */
    layers: z.int().min(1).max(1000).exactOptional(),
    /** How it is saved: as a folder, or inside a copy of the single file that the model is. */
    form: z.enum(["transformers", "checkpoint"]).default("transformers"),
  }),
  fileEnding: ({ form }) => (form === "transformers" ? "" : ".safetensors"),
  infer: ({ inputs: { encoder } }) => ({ ...encoder.facts, state: "trainable" }),
  open({ ref, inputs: { encoder }, settings: { layers, form }, host }) {
    const { pipeline } = encoder;
    const store = storeOf(host.parameterKinds.trainedTextEncoder, pipeline, { layers, form }, host);
    const tensors = (lowering: Lowering): Tensors =>
      parameterTensors(lowering, "weight", { ref, shapes: store.shapes });
    const adapted = adaptedBy(encoder, (lowering) => ({ weights: new Map(Object.entries(tensors(lowering))) }));
    return { ...adapted, ...store, ref, tensors };
  },
});
