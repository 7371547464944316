// What a reward knows of a prompt: its features, by a session of the reward's text encoder.

import { type FloatTensor, floatTensor } from "../common/tensor.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Graph } from "../compiler/graph.ts";
import type { RewardText } from "../models/reward/reward.ts";
import type { FeedStage } from "../program/feed.ts";
import type { StageSessions } from "../runtime/stage-sessions.ts";
import { idTensor } from "../texts/token-batch.ts";

export interface RewardTextEncoder {
  readonly stage: FeedStage;
  /** @returns [1, …] by the names that the reward gives them */
  readonly encode: (words: string) => Promise<Readonly<Record<string, FloatTensor>>>;
}

export function openRewardText(name: string, text: RewardText, sessions: StageSessions): RewardTextEncoder {
  const stage: FeedStage = {
    name: `reward ${name}, text`,
    build: () => rewardTextGraph(text),
    of: { network: "reward", work: "text encoding" },
  };
  return {
    stage,
    async encode(words) {
      const { ids, attentionMask } = text.tokenizer.encode(words);
      const inputs = { input_ids: idTensor([ids]), attention_mask: idTensor([attentionMask]) };
      const features = await sessions.runShaped(stage, inputs);
      return Object.fromEntries(
        Object.entries(features).map(([key, { shape, data }]) => [key, floatTensor(shape, data)]),
      );
    },
  };
}

/** input_ids and attention_mask int64 [1, tokens] → the features of a prompt, by name */
export function rewardTextGraph({ tokenizer, encode }: RewardText): Graph {
  const b = new GraphBuilder();
  const shape = [1, tokenizer.length];
  const inputIds = b.input("input_ids", "int64", shape);
  const features = encode(b, inputIds, b.input("attention_mask", "int64", shape));
  for (const [name, value] of Object.entries(features)) b.output(name, value);
  return b.build();
}
