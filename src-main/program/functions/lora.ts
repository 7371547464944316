// LoRA that are learned, in a UNet and in a text encoder, which then runs in the graph.

import { z } from "zod";
import { seed } from "../../common/limits.ts";
import { filePath } from "../../common/path-name.ts";
import type { LoraPart } from "../../models/lora/module-names.ts";
import type { LoraSettings } from "../../parameters/lora.ts";
import { storeOf } from "../../parameters/parameter-kind.ts";
import { defineFunction } from "../function.ts";
import type { Host } from "../host.ts";
import type { Lowering } from "../lowering.ts";
import type { OpenedPart, Tensors } from "../values.ts";
import { adaptByTensors } from "./adapt-by-tensors.ts";
import { adaptedBy } from "./adapted-part.ts";
import { parameterTensors } from "./parameter-tensors.ts";

const settings = z.strictObject({
  /** Two parameters that begin alike are still two. */
  id: z.string(),
  rank: z.int().min(1).max(1024).default(4),
  /** B·A is added α / rank times; absent: once. */
  alpha: z.number().positive().max(1e6).exactOptional(),
  /** Groups of layers (`attention`, `feed-forward`, and of a UNet `convolutions`), or patterns of their paths. */
  targets: z.array(z.string().min(1).max(200)).min(1).max(64).default(["attention"]),
  /** Of the numbers that A begins with. */
  seed: seed.default(0),
  /** A LoRA of the same layers and rank to go on from. */
  start: filePath.exactOptional(),
  /** How the tensors are called in the file that is saved: as nearly all programs read them, or as diffusers writes them. */
  naming: z.enum(["kohya", "diffusers"]).default("kohya"),
});

export const lora = defineFunction({
  name: "lora",
  help: "A UNet with a LoRA in it that is learned.",
  inputs: { unet: { kind: "unet" } },
  output: "unet",
  settings,
  paths: ["start"],
  infer: ({ inputs: { unet } }) => ({ ...unet.facts, state: "trainable" }),
  open: ({ ref, inputs: { unet }, settings: chosen, host }) =>
    adaptedByLora(ref, { opened: unet, part: "unet", settings: chosen, host }),
});

export const textLora = defineFunction({
  name: "text encoder lora",
  help: "A text encoder with a LoRA in it that is learned.",
  inputs: { encoder: { kind: "text encoder" } },
  output: "text encoder",
  settings,
  paths: ["start"],
  infer: ({ inputs: { encoder } }) => ({ ...encoder.facts, state: "trainable" }),
  open: ({ ref, inputs: { encoder }, settings: chosen, host }) =>
    adaptedByLora(ref, { opened: encoder, part: "text encoder", settings: chosen, host }),
});

interface LoraIn {
  readonly opened: OpenedPart;
  readonly part: LoraPart;
  readonly settings: z.output<typeof settings>;
  readonly host: Host;
}

function adaptedByLora(ref: string, { opened, part, settings: chosen, host }: LoraIn) {
  const { pipeline } = opened;
  const { rank, alpha = rank, targets, seed: first, start, naming } = chosen;
  const wanted: LoraSettings = { part, rank, alpha, targets, seed: first, start, naming };
  const store = storeOf(host.parameterKinds.lora, pipeline, wanted, host);
  const tensors = (lowering: Lowering): Tensors => parameterTensors(lowering, "lora", { ref, shapes: store.shapes });
  const adapted = adaptedBy(opened, (lowering) => adaptByTensors(tensors(lowering), alpha / rank));
  return { ...adapted, ...store, ref, tensors };
}
