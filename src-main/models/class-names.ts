// The classes of diffusers and transformers by which the parts of a model are known. Several mean the same network.

import type { LaidOutPart } from "../weights/layouts/index.ts";

type NamedPart = LaidOutPart | "tokenizer";

const CLASSES: Readonly<Record<NamedPart, readonly string[]>> = {
  // With a projection, or with a vision tower beside it: what the pipeline reads of them is the same.
  text_encoder: ["CLIPTextModel", "CLIPTextModelWithProjection", "CLIPModel"],
  // A tokenizer is known by its files; the generic names are those of its library's base classes.
  tokenizer: [
    ...["CLIPTokenizer", "CLIPTokenizerFast", "AutoTokenizer"],
    ...["PreTrainedTokenizer", "PreTrainedTokenizerFast", "TokenizersBackend"],
  ],
  unet: ["UNet2DConditionModel"],
  vae: ["AutoencoderKL"],
  controlnet: ["ControlNetModel"],
  unet3d: ["UNet3DConditionModel", "UNet3DVideoCrafterConditionModel"],
  motion: ["MotionAdapter"],
};

/** Models for Flax and TensorFlow have the same configs, and often weights for PyTorch beside their own. */
function withoutFramework(className: string): string {
  return className.replace(/^(Flax|TF)(?=[A-Z])/, "");
}

export function isClassOf(part: NamedPart, className: string): boolean {
  return CLASSES[part].includes(withoutFramework(className));
}

/** For people: what a part may be. */
export function classesOf(part: NamedPart): string {
  return CLASSES[part].slice(0, 2).join(" or ");
}

/** The network that a class of this name is; `undefined` if none that can be run. */
export function partOfClass(className: string): LaidOutPart | undefined {
  const name = withoutFramework(className);
  const found = Object.entries(CLASSES).find(([part, classes]) => part !== "tokenizer" && classes.includes(name));
  // Keys of CLASSES, without the tokenizer.
  return found?.[0] as LaidOutPart | undefined;
}
