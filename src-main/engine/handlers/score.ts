// Answers `score`: how good pictures are for a prompt, by a reward.

import type { ApiHandlers } from "../../common/api.ts";
import { embedded } from "../../models/embedded.ts";
import { openReward } from "../../models/reward/open-reward.ts";
import { readScoredPicture } from "../../pictures/scored-picture.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { StageSessions } from "../../runtime/stage-sessions.ts";
import { progressReporter } from "../../sampling/progress-reporter.ts";
import { checkJudgedTexts } from "../../training/check-texts.ts";
import { scoreAll } from "../../training/evaluate.ts";
import { openJudge } from "../../training/judge.ts";

/** The names of the rewards that come with the program. */
const EMBEDDED_REWARDS: Readonly<Record<string, string>> = {
  preference: embedded.rewards.preference,
  "held-out": embedded.rewards.heldOut,
};

export const score: ApiHandlers["score"] = async (input, { emit, signal }) => {
  const device = await chooseDevice(input.device);
  const reward = openReward(EMBEDDED_REWARDS[input.reward] ?? input.reward, input);
  const report = progressReporter("scoring", emit, { unit: "images" });
  const sessions = new StageSessions(device, signal);
  try {
    const scores = [];
    const judges = new Map<string, ReturnType<typeof openJudge>>();
    for (const [i, image] of input.images.entries()) {
      const { picture, warnings } = await readScoredPicture(image);
      for (const diagnostic of warnings) await emit({ type: "warning", diagnostic });
      const { width, height } = picture;
      // The resizing is part of the graph: pictures of one size share a session.
      const size = `${width}×${height}`;
      const judge = judges.get(size) ?? openJudge(reward, sessions, 1, { width, height });
      judges.set(size, judge);
      const texts =
        i === 0 ? checkJudgedTexts(judge, { what: "prompt", texts: [input.prompt], at: { option: "--prompt" } }) : [];
      for (const diagnostic of texts) await emit({ type: "warning", diagnostic });
      const [value = NaN] = await scoreAll([{ judge, weight: 1 }], [picture], [input.prompt]);
      scores.push({ image, score: value });
      await report(i + 1, input.images.length);
    }
    return { scores, reward: reward.name, kind: reward.title, device };
  } finally {
    await sessions.release();
  }
};
