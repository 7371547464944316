// The weighted sum of up to four scores.

import { z } from "zod";
import { defineNode } from "./define-node.ts";
import type { Fragments } from "./fragments.ts";
import { isSame } from "./is-same.ts";

const weight = z.number().min(-1000).max(1000).default(1);
const help = "How much this score counts. Scales differ between rewards: a PickScore is about 100 times a cosine.";
const port = { kind: "score", help: "Of the same image as the others." } as const;

export const combineRewards = defineNode({
  type: "reward/combine",
  version: 1,
  title: "Combine Rewards",
  help: "Adds up scores by their weights, so that training serves several rewards at once.",
  synonyms: ["Weighted Sum", "Add Scores", "Merge Rewards", "Multiple Rewards"],
  inputs: {
    first: { ...port, label: "First" },
    second: { ...port, label: "Second", optional: true },
    third: { ...port, label: "Third", optional: true },
    fourth: { ...port, label: "Fourth", optional: true },
  },
  outputs: { score: { kind: "score", label: "Score", help: "The sum." } },
  params: z.object({
    firstWeight: weight.meta({ label: "First weight", step: 0.1, help }),
    secondWeight: weight.meta({ label: "Second weight", step: 0.1, help }),
    thirdWeight: weight.meta({ label: "Third weight", step: 0.1, help }),
    fourthWeight: weight.meta({ label: "Fourth weight", step: 0.1, help }),
  }),
  compile({ inputs: { first, second, third, fourth }, params, fault }) {
    const terms = [
      ["first", first, params.firstWeight],
      ["second", second, params.secondWeight],
      ["third", third, params.thirdWeight],
      ["fourth", fourth, params.fourthWeight],
    ] as const;
    const connected = terms.flatMap(([name, score, factor]) => (score === undefined ? [] : [{ name, score, factor }]));
    for (const { name, score } of connected) {
      if (isSame(score.image, first.image)) continue;
      fault({
        code: "score-picture",
        port: name,
        message: "this score is of other images than the first",
        help: "connect all rewards to the same VAE Decoder",
      });
    }
    return { outputs: { score: { image: first.image, rewards: connected.flatMap(weighted) } } };
  },
});

function weighted({ score, factor }: { readonly score: Fragments["score"]; readonly factor: number }) {
  return score.rewards.map((entry) => ({ ...entry, weight: entry.weight * factor }));
}
