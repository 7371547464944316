// Answers `score`: how good images are for a prompt, by a reward.

import type { ApiHandlers } from "../../common/api.ts";
import { readScoredPicture } from "../../pictures/scored-picture.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { StageSessions } from "../../runtime/stage-sessions.ts";
import { checkJudgedTexts } from "../../sampling/check-texts.ts";
import { progressReporter } from "../../sampling/progress-reporter.ts";
import { openRewardScorer } from "../../sampling/reward-scorer.ts";
import { chosenReward } from "../chosen-reward.ts";

export const score: ApiHandlers["score"] = async (input, { emit, signal }) => {
  const device = await chooseDevice(input.device);
  const { prompt, images } = input;
  const sessions = new StageSessions(device, signal);
  try {
    const scorer = openRewardScorer(chosenReward(input), { sessions });
    const { reward } = scorer;
    const texts = { what: "prompt", texts: [prompt], at: { option: "--prompt" } };
    for (const diagnostic of checkJudgedTexts({ reward, words: (text) => text }, texts)) {
      await emit({ type: "warning", diagnostic });
    }
    const report = progressReporter("scoring", emit, { unit: "images" });
    const scores = [];
    for (const [i, image] of images.entries()) {
      const { picture, warnings } = await readScoredPicture(image);
      for (const diagnostic of warnings) await emit({ type: "warning", diagnostic });
      scores.push({ image, score: await scorer.score(picture, prompt) });
      await report(i + 1, images.length);
    }
    return { scores, reward: reward.name, kind: reward.title, device };
  } finally {
    await sessions.release();
  }
};
