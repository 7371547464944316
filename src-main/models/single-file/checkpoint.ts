// A whole model in one file, as Stable Diffusion was first published: the parts are found by the names of their tensors.

import { basename, extname, resolve } from "node:path";
import { refuse } from "../../common/diagnostic.ts";
import { findPart, type LaidOut, type LaidOutPart } from "../../weights/layouts/index.ts";
import { readWeights } from "../../weights/read-weights.ts";
import { refuseOneSet } from "../../weights/two-sets.ts";
import { type WeightFamily, weightFamilyOf } from "../../weights/weight-families.ts";
import type { ModelPart } from "../model-part.ts";
import { deriveConfig } from "./derive-config.ts";

export interface Checkpoint {
  /** Absolute. */
  readonly file: string;
  /** For people: the file's name without its ending. */
  readonly name: string;
  readonly family: WeightFamily;
  readonly holds: (name: LaidOutPart) => boolean;
  /** @throws Refusal if the file does not hold this part */
  readonly part: (name: LaidOutPart) => ModelPart;
}

export const PART_TITLES: { readonly [P in LaidOutPart]: string } = {
  text_encoder: "text encoder",
  unet: "UNet",
  vae: "autoencoder",
  controlnet: "ControlNet",
  unet3d: "video UNet",
  motion: "motion modules",
};

/** Only these are ever saved twice. */
const DRAWING: ReadonlySet<LaidOutPart> = new Set(["unet", "unet3d"]);

/**
 * @param ema which of two sets of the UNet's weights, see `PipelineOptions`
 * @throws Refusal if the file is damaged, or of a family of which nothing can be run
 */
export function openCheckpoint(path: string, ema?: boolean): Checkpoint {
  const file = resolve(path);
  const all = readWeights(file);
  const family = weightFamilyOf(all);
  if (family?.parts === undefined) return refuseFamily(file, family);
  const found = new Map<LaidOutPart, LaidOut>();
  const held = (name: LaidOutPart) => (family.parts?.includes(name) ? findPart(all, name) : undefined);
  const find = (name: LaidOutPart): LaidOut => {
    const known = found.get(name) ?? held(name) ?? refuseMissingPart(file, family, name);
    found.set(name, known);
    return known;
  };
  return {
    file,
    name: basename(file, extname(file)),
    family,
    holds: (name) => held(name) !== undefined,
    part: (name) => {
      const { weights, means } = find(name);
      if (ema !== undefined && DRAWING.has(name) && means === undefined) refuseOneSet(file);
      const named = ema === true && means !== undefined ? means : weights;
      return {
        path: file,
        configFile: file,
        readConfig: () => deriveConfig[name]({ weights: named, file }),
        readWeights: () => named,
      };
    },
  };
}

/** Tells what the file is, and why it is not what was asked for. */
export function refuseFamily(file: string, family: WeightFamily | undefined): never {
  const SINGLE_FILES = "single files of Stable Diffusion 1.x and 2.x can be opened, and folders in diffusers' layout";
  if (family === undefined || family.outlook === "runs") {
    return refuse({
      code: "checkpoint-unknown",
      at: { file },
      message: "the names of its tensors are of no known model",
      help: SINGLE_FILES,
    });
  }
  const { message, ...wayOut } = family.outlook;
  return refuse({ code: "checkpoint-family", at: { file }, message: `${family.title}: ${message}`, ...wayOut });
}

function refuseMissingPart(file: string, { title }: WeightFamily, name: LaidOutPart): never {
  return refuse({
    code: "checkpoint-part",
    at: { file },
    message: `this file (${title}) holds no ${PART_TITLES[name]}`,
    help: "give the file of the whole model, often called “full” or “pruned”, or name a base model that lends this part (`base` in a recipe)",
  });
}
