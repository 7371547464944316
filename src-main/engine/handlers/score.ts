// Answers `score`: how good images are for a prompt, by a reward.

import type { ApiHandlers } from "../../common/api.ts";
import { embedded } from "../../models/embedded.ts";
import { openReward } from "../../models/reward/open-reward.ts";
import { readScoredPicture } from "../../pictures/scored-picture.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { StageSessions } from "../../runtime/stage-sessions.ts";
import { checkJudgedTexts } from "../../sampling/check-texts.ts";
import { IMAGE, scoreProgram } from "../../sampling/image-program.ts";
import { openRun } from "../../sampling/open-run.ts";
import { progressReporter } from "../../sampling/progress-reporter.ts";
import { type ImageScorer, openImageScorer, scoreImages } from "../../sampling/score-images.ts";

/** The names of the rewards that come with the program. */
const EMBEDDED_REWARDS: Readonly<Record<string, string>> = {
  preference: embedded.rewards.preference,
  "held-out": embedded.rewards.heldOut,
};

const SCORE = "score";

export const score: ApiHandlers["score"] = async (input, { emit, signal }) => {
  const device = await chooseDevice(input.device);
  const { prompt, kind, score: scale, antialias, base } = input;
  const chosen = { path: EMBEDDED_REWARDS[input.reward] ?? input.reward, kind, score: scale, antialias, base };
  const reward = openReward(chosen.path, chosen);
  const texts = { what: "prompt", texts: [prompt], at: { option: "--prompt" } };
  for (const diagnostic of checkJudgedTexts({ reward, words: (text) => text }, texts)) {
    await emit({ type: "warning", diagnostic });
  }
  const report = progressReporter("scoring", emit, { unit: "images" });
  const sessions = new StageSessions(device, signal);
  try {
    const scores = [];
    const scorers = new Map<string, ImageScorer>();
    for (const [i, image] of input.images.entries()) {
      const { picture, warnings } = await readScoredPicture(image);
      for (const diagnostic of warnings) await emit({ type: "warning", diagnostic });
      const { width, height } = picture;
      // The resizing is part of the graph: images of one size share a session.
      const size = `${width}×${height}`;
      const program = scoreProgram({ [SCORE]: chosen }, prompt, { width, height });
      const scorer = scorers.get(size) ?? openImageScorer(await openRun(program, { device, sessions }), SCORE, 1);
      scorers.set(size, scorer);
      const given = new Map([[IMAGE, [picture]]]);
      const [value = NaN] = await scoreImages(scorer, given, [{ prompt, seed: 0 }], { parameters: new Map() });
      scores.push({ image, score: value });
      await report(i + 1, input.images.length);
    }
    return { scores, reward: reward.name, kind: reward.title, device };
  } finally {
    await sessions.release();
  }
};
