// Scores images that exist by one reward, whatever their sizes.

import { fitPicture, fittedSize, type Pixels } from "../models/reward/fit-picture.ts";
import type { PixelSize } from "../models/reward/preprocess.ts";
import type { Reward } from "../models/reward/reward.ts";
import { type Picture, toNetwork } from "../pictures/picture.ts";
import type { StageSessions } from "../runtime/stage-sessions.ts";
import { textsOf } from "./draw-images.ts";
import { type ChosenReward, IMAGE, SCORE, scoreProgram } from "./image-program.ts";
import { openHost } from "./open-host.ts";
import { startWith } from "./open-run.ts";
import { type ImageScorer, openImageScorer } from "./score-images.ts";

export interface RewardScorer {
  readonly reward: Reward;
  readonly score: (picture: Picture, prompt: string) => Promise<number>;
}

interface ScorerOptions {
  readonly sessions: StageSessions;
  /**
   * resized: images are brought to the size at which the reward looks at all of them before they enter a graph, so that all share one,
   * and what the graph then does to them changes nothing; a reward that looks at images of any size gets them as they are.
   * Absent: the resizing is part of the graph, and images of one size share it.
   */
  readonly images?: "resized";
}

/** Nothing is loaded before the first image. @throws Refusal for files that are no reward */
export function openRewardScorer(chosen: ChosenReward, { sessions, images }: ScorerOptions): RewardScorer {
  const host = openHost(sessions);
  const { path, ...options } = chosen;
  const reward = host.reward(path, options);
  const scorers = new Map<string, ImageScorer>();
  const scorerOf = ({ height, width }: PixelSize): ImageScorer => {
    const size = `${width}×${height}`;
    const known = scorers.get(size);
    if (known !== undefined) return known;
    // Each image brings the prompt that it is scored for.
    const run = startWith(scoreProgram({ [SCORE]: chosen }, "", { height, width }), { sessions, host });
    const scorer = openImageScorer(run, SCORE, 1);
    scorers.set(size, scorer);
    return scorer;
  };
  const fit = images === "resized" ? fitterOf(reward) : (pixels: Pixels) => pixels;
  return {
    reward,
    async score(picture, prompt) {
      const { height, width } = picture;
      const pixels = fit({ height, width, data: toNetwork(picture) });
      const { run, scoreBatch } = scorerOf(pixels);
      const texts = textsOf(run, { ref: SCORE }, [{ prompt, seed: 0 }]);
      const given = new Map([[IMAGE, pixels.data]]);
      const [value = NaN] = await scoreBatch({ texts, parameters: new Map(), given });
      return value;
    },
  };
}

function fitterOf({ clip }: Reward): (pixels: Pixels) => Pixels {
  const size = clip && fittedSize(clip.preprocessing);
  return clip === undefined || size === undefined
    ? (pixels) => pixels
    : (pixels) => fitPicture(pixels, size, clip.preprocessing);
}
