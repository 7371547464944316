// What a model that an embedding may be applied to is: told by its index, its config or the names of its tensors.

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { refuse, Refusal } from "../../common/diagnostic.ts";
import { EMBEDDED_NAME, EMBEDDED_TARGETS } from "../../common/embedded-name.ts";
import type { TargetKind } from "../../common/target-model.ts";
import { readJson } from "../../weights/json-file.ts";
import type { LaidOutPart } from "../../weights/layouts/index.ts";
import { partOfClass } from "../class-names.ts";
import { readModelIndex } from "../model-index.ts";
import { openCheckpoint } from "../single-file/checkpoint.ts";

const KIND_OF_PART: { readonly [P in LaidOutPart]?: TargetKind } = {
  controlnet: "controlnet",
  motion: "motion",
  unet3d: "video",
};

function kindOfClass(className: string): TargetKind | undefined {
  const part = partOfClass(className);
  return part === undefined ? undefined : KIND_OF_PART[part];
}

/** @throws Refusal for a model that cannot be run */
export function kindOfTarget(path: string): TargetKind {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) refuseMissing(path);
  if (status.isFile()) return kindOfFile(path);
  const index = readModelIndex(path);
  if (index !== undefined) {
    refuseOutOfReach(path, index.pipeline);
    return partOfClass(index.classes["unet"] ?? "") === "unet3d" ? "video" : "pipeline";
  }
  // A video UNet that borrows the rest lies in a folder of its own.
  const config = [join(path, "config.json"), join(path, "unet", "config.json")].find((file) => existsSync(file));
  if (config === undefined) return "pipeline";
  const className = classOf(config);
  refuseOutOfReach(path, className);
  return kindOfClass(className) ?? "pipeline";
}

function classOf(config: string): string {
  return z.looseObject({ _class_name: z.string() }).safeParse(readJson(config)).data?._class_name ?? "";
}

/** Whether a file or folder among others is a model that draws, steers or moves; whether it can be run is another question. */
export function isModel(path: string): boolean {
  try {
    if (statSync(path).isFile()) return openCheckpoint(path).family.parts?.some((part) => DRAWS.has(part)) ?? false;
    if (existsSync(join(path, "model_index.json"))) return true;
    const config = join(path, "config.json");
    return existsSync(config) && kindOfClass(classOf(config)) !== undefined;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
const DRAWS: ReadonlySet<string> = new Set(["unet", "unet3d", "controlnet", "motion"]);

function kindOfFile(path: string): TargetKind {
  if (path.endsWith(".onnx")) return "pipeline";
  const { parts = [] } = openCheckpoint(path).family;
  if (parts.includes("controlnet")) return "controlnet";
  if (parts.includes("motion")) return "motion";
  return parts.includes("unet3d") ? "video" : "pipeline";
}

function refuseMissing(file: string): never {
  refuse({
    code: "target-missing",
    at: { file },
    message: "there is no such file or folder",
    help: `check the path; what comes with the program goes by the names ${[EMBEDDED_NAME, ...EMBEDDED_TARGETS].join(", ")}`,
  });
}

function refuseOutOfReach(file: string, className: string): void {
  const family = /^(LTX|PixArt|CogVideo|Wan|Hunyuan|Mochi|StableVideo)/.exec(className)?.[1];
  if (family === undefined) return;
  refuse({
    code: "target-out-of-reach",
    at: { file },
    message: `${className} is out of reach: this program cannot run its network, so that no embedding can be applied to it, PixArt's to LTX-Video included`,
    help: "videos are drawn by ModelScope, ZeroScope and VideoCrafter2 (embeddings of Stable Diffusion 2.x), and by AnimateDiff (of 1.5)",
  });
}
