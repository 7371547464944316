// The space of the embeddings that a model takes, as far as its files tell, for checks before anything runs.

import { refuse } from "../../common/diagnostic.ts";
import { type EmbeddingSpace, KNOWN_SPACES } from "../../common/embedding-space.ts";
import { controlnetConfig } from "../controlnet/controlnet-config.ts";
import { embeddedBase, modelPath } from "../embedded.ts";
import { readPartConfig } from "../model-part.ts";
import { openPipeline } from "../pipeline.ts";
import { kindOfTarget } from "./kind-of-target.ts";
import { openTarget, partOf, refuseStill } from "./open-target.ts";

/** `undefined`: it takes that of a base that is not named. @throws Refusal if it draws no videos, or cannot be opened */
export function spaceOfVideoModel(to: string, base: string | undefined): EmbeddingSpace | undefined {
  const kind = kindOfTarget(modelPath(to));
  if (kind === "pipeline" || kind === "controlnet") refuseStill(modelPath(to));
  const isLacking = kind === "motion" && base === undefined && embeddedBase(modelPath(to)) === undefined;
  return isLacking ? undefined : openTarget(to, { base }).pipeline.space;
}

/** @throws Refusal if it is no ControlNet, or cannot be opened */
export function spaceOfControlNet(to: string): EmbeddingSpace | undefined {
  const path = modelPath(to);
  if (kindOfTarget(path) !== "controlnet") {
    refuse({
      code: "controlnet-kind",
      at: { file: path },
      message: "this is no ControlNet",
      help: "choose a ControlNet's folder or file, such as control_v11p_sd15_canny.pth",
    });
  }
  const { cross_attention_dim: width } = readPartConfig(controlnetConfig, partOf(path, "controlnet"));
  const base = embeddedBase(path);
  if (base !== undefined) return openPipeline(base).space;
  return Object.values(KNOWN_SPACES).find((space) => space.width === width);
}
