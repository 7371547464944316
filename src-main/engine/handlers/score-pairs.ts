// Answers `scorePairs`: how often a reward puts that image of a pair first which people prefer.

import type { ApiHandlers } from "../../common/api.ts";
import { type Diagnostic, refuse } from "../../common/diagnostic.ts";
import type { ExampleList, PairExample } from "../../common/example.ts";
import { pairAccuracyOf } from "../../common/pair-accuracy.ts";
import { modelPath } from "../../models/embedded.ts";
import type { Reward } from "../../models/reward/reward.ts";
import { readPairs } from "../../preferences/read-pairs.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { StageSessions } from "../../runtime/stage-sessions.ts";
import { checkJudgedTexts } from "../../sampling/check-texts.ts";
import { progressReporter } from "../../sampling/progress-reporter.ts";
import { openRewardScorer } from "../../sampling/reward-scorer.ts";
import { scorePairs as scoreAll } from "../../sampling/score-pairs.ts";
import { chosenReward } from "../chosen-reward.ts";

export const scorePairs: ApiHandlers["scorePairs"] = async (input, { emit, signal }) => {
  const device = await chooseDevice(input.device);
  const list = readPairs(modelPath(input.pairs));
  const examples = list.examples.slice(0, input.limit);
  const warn = async (warnings: readonly Diagnostic[]): Promise<void> => {
    for (const diagnostic of warnings) await emit({ type: "warning", diagnostic });
  };
  const sessions = new StageSessions(device, signal);
  try {
    const scorer = openRewardScorer(chosenReward(input), { sessions, images: "resized" });
    await warn(checkPrompts(scorer.reward, { ...list, examples }));
    const { pairs, warnings } = await scoreAll(examples, scorer, {
      table: list.file,
      onProgress: progressReporter("scoring", emit, { unit: "images" }),
    });
    await warn(warnings);
    const { name, title } = scorer.reward;
    const preferred = pairs.filter(({ tie }) => !tie);
    return {
      table: list.file,
      accuracy: pairAccuracyOf(preferred.map(({ better, worse }) => better.score - worse.score)),
      ties: pairs.length - preferred.length,
      leftOut: list.examples.length - examples.length,
      pairs: [...pairs],
      reward: name,
      kind: title,
      device,
    };
  } finally {
    await sessions.release();
  }
};

/** @returns what is cut off of them. @throws Refusal for a reward that reads, where the table has no prompts */
function checkPrompts(reward: Reward, { file, examples }: ExampleList<PairExample>): Diagnostic[] {
  const texts = [...new Set(examples.map(({ prompt }) => prompt))];
  if (reward.text !== null && texts.every((text) => text === "")) {
    refuse({
      code: "score-prompt",
      at: { file },
      message: `${reward.name} scores an image for its prompt, but no prompt is known of these`,
      help: "write the prompts into the table, or choose a reward that looks at the image alone",
    });
  }
  return checkJudgedTexts({ reward, words: (text) => text }, { what: "prompt", texts, at: { file } });
}
