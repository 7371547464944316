// Whether what is maximized is also judged by a reward that is not.

import type { Diagnostic } from "../common/diagnostic.ts";
import { callOf, callsBelow, type Program, type Ref } from "../common/program/program.ts";
import { score } from "../program/functions/score.ts";

/** Warnings: nothing is held out, or what is held out is maximized as well. */
export function checkRewards(program: Program): Diagnostic[] {
  const help = "hold out another reward; docs/rewards.md lists them";
  return Object.entries(program.updates).flatMap(([node, { objective, heldOut }]): Diagnostic[] => {
    const at = { node, port: "watched" };
    if (heldOut.length === 0) {
      const message =
        "no reward is held out, so nothing will tell a better image from one that only pleases the reward";
      return [{ severity: "warning", code: "reward-unwatched", at, message, help }];
    }
    const maximized = new Set(rewardsOf(program, [objective]));
    return rewardsOf(program, heldOut)
      .filter((file) => maximized.has(file))
      .map((file) => ({
        severity: "warning",
        code: "reward-climbed",
        at: { ...at, file },
        message: "this reward is held out, but it is maximized as well",
        help,
      }));
  });
}

/** Paths, as the program has them. */
function rewardsOf(program: Program, scores: readonly Ref[]): string[] {
  return callsBelow(program, scores)
    .map((ref) => callOf(program, ref))
    .flatMap(({ fn, settings }) => (fn === score.name ? [score.settings.parse(settings).path] : []));
}
