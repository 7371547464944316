// Which layers a LoRA that is trained changes: groups that are usual, or patterns of their paths.

import { refuse } from "../../common/diagnostic.ts";
import type { LoraPart } from "./module-names.ts";

/** What a LoRA that is trained may be in. */
export type LoraPlace = LoraPart | "reward";

const TOWER: Readonly<Record<string, readonly string[]>> = {
  attention: ["*.self_attn.*_proj"],
  "feed-forward": ["*.mlp.fc*"],
};

/** By the name that settings have; `*` stands for anything. */
const GROUPS: { readonly [P in LoraPlace]: Readonly<Record<string, readonly string[]>> } = {
  unet: {
    attention: ["*.attn1.to_*", "*.attn2.to_*"],
    "feed-forward": ["*.ff.net.0.proj", "*.ff.net.2"],
    convolutions: ["*.resnets.*.conv*", "*.downsamplers.*.conv", "*.upsamplers.*.conv", "*.proj_in", "*.proj_out"],
  },
  "text encoder": TOWER,
  reward: TOWER,
};

/**
 * @param targets names of groups, or patterns
 * @param paths of all layers of the network
 * @throws Refusal for a target that no layer has
 */
export function targetsIn(part: LoraPlace, targets: readonly string[], paths: readonly string[]): string[] {
  const groups = GROUPS[part];
  const patterns = targets.map((target) => {
    const pattern = toPattern(Object.hasOwn(groups, target) ? (groups[target] ?? []) : [target]);
    if (!paths.some((path) => pattern.test(path))) refuseTarget(part, target, paths);
    return pattern;
  });
  return paths.filter((path) => patterns.some((pattern) => pattern.test(path)));
}

function toPattern(globs: readonly string[]): RegExp {
  const sources = globs.map((glob) =>
    glob
      .split("*")
      .map((part) => RegExp.escape(part))
      .join(".*"),
  );
  return new RegExp(`^(${sources.join("|")})$`);
}

function refuseTarget(part: LoraPlace, target: string, [example = ""]: readonly string[]): never {
  refuse({
    code: "lora-target",
    at: { param: "targets" },
    message: `no layer of the ${part} is called ${target}`,
    help: `${Object.keys(GROUPS[part]).join(", ")} are groups of layers; a pattern is of a whole path, such as ${example}, with * for anything`,
  });
}
