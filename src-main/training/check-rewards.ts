// Whether what is climbed is also watched by a reward that is not.

import type { Diagnostic } from "../common/diagnostic.ts";
import type { Plan } from "./plan.ts";

/** Warnings: nothing is watched, or what is watched is climbed as well. */
export function checkRewards({ rewards, heldOut }: Pick<Plan, "rewards" | "heldOut">): Diagnostic[] {
  const help = "name another reward under `heldOut`; docs/rewards.md lists them";
  if (heldOut.length === 0) {
    const message =
      "no reward is held out, so nothing will tell a better picture from one that only pleases the reward";
    return [{ severity: "warning", code: "reward-unwatched", at: { part: "heldOut" }, message, help }];
  }
  const climbed = new Set(rewards.map(({ path }) => path));
  return heldOut
    .filter(({ path }) => climbed.has(path))
    .map(({ path }) => ({
      severity: "warning",
      code: "reward-climbed",
      at: { part: "heldOut", file: path },
      message: "this reward is held out, but it is climbed as well",
      help,
    }));
}
