// One network of a model as it lies on disk: its config and its weights, each read when asked for.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { readComponentWeights } from "../weights/component-weights.ts";
import { readJson } from "../weights/json-file.ts";
import { findPart, layouts, type LaidOutPart } from "../weights/layouts/index.ts";
import type { WeightMap } from "../weights/weight-map.ts";
import { strangersToClip } from "./clip/clip.ts";
import { deriveExportedConfig } from "./exported-config.ts";
import { readOnnxFile } from "./onnx-network.ts";
import { parseConfig } from "./parse-config.ts";
import { refuseUnread } from "./scope.ts";

export type PartName = LaidOutPart | "reward";

/** The part's folder inside a pipeline. */
export function folderOfPart(name: PartName): string {
  return name === "unet3d" ? "unet" : name === "motion" ? "motion_adapter" : name;
}

export interface ModelPart {
  /** The part's folder, or the file that holds the whole model. */
  readonly path: string;
  /** Where the config is written, for messages. */
  readonly configFile: string;
  /** The content of config.json, or what the tensors tell in its place. */
  readonly readConfig: () => unknown;
  /** By the names that the network uses. */
  readonly readWeights: () => WeightMap;
}

/** @param folder the part's own; @param ema which of two sets of weights, see `PipelineOptions` */
export function partInFolder(folder: string, name: PartName, ema?: boolean): ModelPart {
  const configFile = join(folder, "config.json");
  return {
    path: folder,
    configFile,
    readConfig: () => readExportedConfig(folder, name) ?? readJson(configFile),
    readWeights: () => {
      const weights = readComponentWeights(folder, ema);
      const found = isLaidOut(name) ? findPart(weights, name) : undefined;
      // In a layout that nobody knows the names stay, and the network tells which it misses.
      if (found === undefined) return weights;
      // A text encoder may be a whole CLIPModel; otherwise the folder of one network holds no other.
      const strangers = name === "text_encoder" ? strangersToClip(found.others) : found.others;
      refuseUnread(strangers, folder);
      return found.weights;
    },
  };
}

/** Where there is no config.json, but a network exported to ONNX. */
function readExportedConfig(folder: string, name: PartName): unknown {
  const exported = join(folder, "model.onnx");
  const isBare = !existsSync(join(folder, "config.json")) && existsSync(exported);
  return isBare ? deriveExportedConfig[name]?.(readOnnxFile(exported)) : undefined;
}

export function readPartConfig<Schema extends z.ZodType>(schema: Schema, part: ModelPart): z.output<Schema> {
  return parseConfig(schema, part.readConfig(), part.configFile);
}

function isLaidOut(name: PartName): name is LaidOutPart {
  return Object.hasOwn(layouts, name);
}
