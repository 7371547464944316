// A LoRA from a file, in a UNet or a text encoder: as many, one after another, as a program wants.

import { z } from "zod";
import { filePath } from "../../common/path-name.ts";
import { floatTensor } from "../../common/tensor.ts";
import { adaptByFile, withLora } from "../../models/lora/loaded-lora.ts";
import { defineFunction } from "../function.ts";
import { adaptedBy } from "./adapted-part.ts";

const settings = z.strictObject({
  /** Safetensors or a PyTorch file, or the folder that diffusers or PEFT saved. */
  file: filePath,
  /** 1: as it was trained; negative: the other way. */
  strength: z.number().min(-10).max(10).default(1),
});

export const loadLora = defineFunction({
  name: "load lora",
  help: "A UNet with a LoRA in it.",
  inputs: { unet: { kind: "unet" } },
  output: "unet",
  settings,
  paths: ["file"],
  // What may be learned in it below is another value.
  infer: ({ inputs: { unet } }) => ({ ...unet.facts, state: "fixed" }),
  open({ ref, inputs: { unet }, settings: { file, strength }, host }) {
    const changes = host.lora(file, unet.pipeline).changes.unet;
    const { pipeline, published, adapt } = unet;
    // One that changes the text encoder alone.
    if (changes.size === 0) return { pipeline, published, adapt };
    return adaptedBy(unet, (lowering) => {
      // As an input the strength can be another without another session.
      const input = lowering.input(`strength ${ref}`, [], {
        rate: "run",
        tensor: () => floatTensor([], [strength]),
      });
      return adaptByFile(changes, input);
    });
  },
});

export const loadTextLora = defineFunction({
  name: "load text encoder lora",
  help: "A text encoder with a LoRA in it.",
  inputs: { encoder: { kind: "text encoder" } },
  output: "text encoder",
  settings,
  paths: ["file"],
  infer: ({ inputs: { encoder } }) => ({ ...encoder.facts, state: "fixed" }),
  open({ ref, inputs: { encoder }, settings: { file, strength }, host }) {
    const changes = host.lora(file, encoder.pipeline).changes["text encoder"];
    const { pipeline, adapt } = encoder;
    // Many change the UNet alone. The same pipeline then shares its sessions.
    if (changes.size === 0) return { ref, pipeline, adapt };
    // Nothing in it is learned by this: the encoder still runs once for each text.
    return { ref, adapt, pipeline: { ...pipeline, textEncoder: withLora(pipeline.textEncoder, changes, strength) } };
  },
});
