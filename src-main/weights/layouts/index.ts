// All layouts, by the network that they name the tensors of. A new one is a file of its own and a word here.

import type { WeightMap } from "../weight-map.ts";
import { diffusersControlnet } from "./diffusers-controlnet.ts";
import { diffusersMotion } from "./diffusers-motion.ts";
import { diffusersUnet3d } from "./diffusers-unet-3d.ts";
import { diffusersUnet } from "./diffusers-unet.ts";
import { diffusersVae } from "./diffusers-vae.ts";
import { applyLayout, prefixIn, withRunningMeans, type Layout } from "./layout.ts";
import { ldmControlnet } from "./ldm-controlnet.ts";
import { ldmUnet } from "./ldm-unet.ts";
import { ldmVae } from "./ldm-vae.ts";
import { modelScopeUnet } from "./model-scope-unet.ts";
import { openClipText } from "./open-clip-text.ts";
import { originalMotion } from "./original-motion.ts";
import { transformersClipText } from "./transformers-clip-text.ts";
import { videoCrafterUnet } from "./video-crafter-unet.ts";

export const layouts = {
  text_encoder: [transformersClipText, openClipText],
  unet: [diffusersUnet, ldmUnet],
  vae: [diffusersVae, ldmVae],
  controlnet: [diffusersControlnet, ldmControlnet],
  unet3d: [diffusersUnet3d, videoCrafterUnet, modelScopeUnet],
  motion: [diffusersMotion, originalMotion],
} as const satisfies Readonly<Record<string, readonly Layout[]>>;

export type LaidOutPart = keyof typeof layouts;

export interface LaidOut {
  readonly layout: Layout;
  /** By the names that the network uses. */
  readonly weights: WeightMap;
  /** Tensors whose names have not the prefix of this network. */
  readonly others: readonly string[];
  /** The second set of them, where the file holds one: running means (EMA) beside the weights as trained. */
  readonly means?: WeightMap;
}

/** One network's tensors out of a file or folder, whichever layout it has; `undefined` if it holds no such network. */
export function findPart(weights: WeightMap, part: LaidOutPart): LaidOut | undefined {
  for (const layout of layouts[part]) {
    const prefix = prefixIn(weights, layout);
    if (prefix === undefined) continue;
    const own = prefix === "" ? withoutOtherParts(weights, part) : weights;
    const others = [...weights.keys()].filter((name) => !own.has(name) || !name.startsWith(prefix));
    const found = { layout, weights: applyLayout(own, layout, prefix), others };
    const means = withRunningMeans(weights, layout, prefix);
    return means === undefined ? found : { ...found, means: applyLayout(means, layout, prefix) };
  }
  return undefined;
}

/** Beside a network whose names have no prefix, tensors of others are known by theirs. */
function withoutOtherParts(weights: WeightMap, part: LaidOutPart): WeightMap {
  const prefixes = Object.entries(layouts).flatMap(([name, named]) =>
    name === part ? [] : named.flatMap((layout) => layout.prefixes.filter((prefix) => prefix !== "")),
  );
  const own = [...weights].filter(([name]) => !prefixes.some((prefix) => name.startsWith(prefix)));
  return own.length === weights.size ? weights : new Map(own);
}
