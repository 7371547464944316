// What a CLIP says of images that exist, each by itself: what lies above it is learned, and it stays as it is.

import { floatTensor, type FloatTensor } from "../common/tensor.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Graph } from "../compiler/graph.ts";
import { fittedSize, type Pixels } from "../models/reward/fit-picture.ts";
import type { PixelSize } from "../models/reward/preprocess.ts";
import type { ClipReward } from "../models/reward/trained/as-clip.ts";
import type { FeedStage } from "../program/feed.ts";
import type { StageSessions } from "../runtime/stage-sessions.ts";

export interface RewardEmbedder {
  readonly stage: FeedStage;
  /** @returns [1, width], of length 1 */
  readonly embed: (image: Pixels) => Promise<FloatTensor>;
}

export function openRewardEmbedder(reward: ClipReward, sessions: StageSessions): RewardEmbedder {
  const size = fittedSize(reward.clip.preprocessing);
  if (size === undefined) throw new Error("images were made of one size before");
  const stage: FeedStage = {
    name: `reward ${reward.name}, image`,
    build: () => embeddingGraph(reward, size),
    of: { network: "reward", work: "reward" },
  };
  return {
    stage,
    async embed({ height, width, data }) {
      const image = floatTensor([1, 3, height, width], data);
      const { embedding } = await sessions.runShaped(stage, { image });
      if (embedding === undefined) throw new Error("a CLIP has the result embedding");
      return floatTensor(embedding.shape, embedding.data);
    },
  };
}

function embeddingGraph({ clip }: ClipReward, { height, width }: PixelSize): Graph {
  const b = new GraphBuilder();
  b.output("embedding", clip.embed(b, b.input("image", "float32", [1, 3, height, width])));
  return b.build();
}
