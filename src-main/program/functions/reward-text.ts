// What a reward knows of the prompt of each image, computed once a prompt.

import type { Reward } from "../../models/reward/reward.ts";
import type { Host } from "../host.ts";
import type { Lowering } from "../lowering.ts";
import type { OpenedPrompts, Tensors } from "../values.ts";

interface RewardTextOf {
  readonly reward: Reward;
  readonly prompts: OpenedPrompts;
  /** Which reward it is, and how it is opened. */
  readonly key: string;
  readonly host: Host;
}

/** By the names that the reward gives them, [batch, …] each. */
export function rewardText(lowering: Lowering, { reward, prompts, key, host }: RewardTextOf): Tensors {
  return Object.fromEntries(
    Object.entries(reward.text?.features ?? {}).map(([feature, shape]) => {
      const value = lowering.input(`${feature} ${key} ${prompts.ref}`, [lowering.batch, ...shape], {
        rate: "prompt",
        prompts: prompts.ref,
        key: `${feature} ${key}`,
        of: async (prompt) => {
          const found = (await host.rewardFeatures(reward, prompts.words(prompt)))[feature];
          if (found === undefined) throw new Error(`${reward.name} has no ${feature}`);
          return found;
        },
        stage: host.rewardTextStage(reward),
      });
      return [feature, value] as const;
    }),
  );
}
