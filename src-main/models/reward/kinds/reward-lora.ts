// A LoRA of one's own in the towers of a CLIP, trained here from preferences.

import { basename } from "node:path";
import { refuse } from "../../../common/diagnostic.ts";
import type { GraphBuilder } from "../../../compiler/graph-builder.ts";
import type { Value } from "../../../compiler/graph.ts";
import { adaptByFile } from "../../lora/loaded-lora.ts";
import type { LoraChange } from "../../lora/read-lora.ts";
import type { Adapt } from "../../scope.ts";
import { refuseUnread } from "../../scope.ts";
import type { RewardFiles, WeightFile } from "../reward-files.ts";
import { openBase } from "../trained/base-reward.ts";
import { isRewardLora, readLoraFacts, rewardLoraChanges } from "../trained/lora-file.ts";
import type { RewardKind } from "./kind.ts";

export const rewardLora: RewardKind = {
  name: "reward-lora",
  title: "Trained reward LoRA",
  recognise: (files) => fileOf(files) !== undefined,
  open(files, options) {
    const { file, tensors } = fileOf(files) ?? refuseFacts(files.path);
    const facts = readLoraFacts(file) ?? refuseFacts(file);
    const base = openBase(file, facts.base, options);
    const { text, clip, ...others } = base;
    const changes = rewardLoraChanges(tensors, facts);
    refuseUnread(
      [...changes.keys()].filter((name) => !clip.weights.has(name)),
      file,
    );
    return {
      ...others,
      name: basename(file),
      path: files.path,
      weights: new Map([...base.weights, ...tensors]),
      facts: {
        ...base.facts,
        "base model": facts.base.name,
        LoRA: `rank ${facts.rank} in ${changes.size} layers`,
      },
      text: text && {
        ...text,
        encode: (b, inputIds, attentionMask) => text.encode(b, inputIds, attentionMask, adaptIn(b, changes, inputIds)),
      },
      score: (b, image, features) => base.score(b, image, features, adaptIn(b, changes, image)),
    };
  },
};

/** A strength that is known only when an input is, see `adaptByFile`. */
function adaptIn(b: GraphBuilder, changes: ReadonlyMap<string, LoraChange>, input: Value): Adapt {
  return adaptByFile(changes, b.after(b.scalar(1), b.cast(input, "float32")));
}

function fileOf({ loose }: RewardFiles): WeightFile | undefined {
  return loose.find(({ tensors }) => isRewardLora(tensors));
}

function refuseFacts(file: string): never {
  refuse({
    code: "reward-damaged",
    at: { file },
    message: "this looks like a LoRA in a reward, but does not say of which base model",
    help: "keep its metadata when it is copied or converted",
  });
}
