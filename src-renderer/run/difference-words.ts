// What differs between two workflows, in words.

import type { WorkflowDifference } from "../../src-main/common/workflow-difference.ts";
import { text } from "../text/text.ts";

const words = text.learning.differences;

export function printDifference(difference: WorkflowDifference): string {
  switch (difference.kind) {
    case "param":
      return words.param(`${difference.title} ${difference.label}`, difference.before, difference.after);
    case "wired":
    case "unwired":
      return words[difference.kind](difference.from, difference.to);
    default:
      return words[difference.kind](difference.title);
  }
}

/** @param differences since an earlier run; none: the same workflow was learned once more */
export function printDifferences(differences: readonly WorkflowDifference[]): string {
  return differences.length === 0 ? words.none : differences.map(printDifference).join(", ");
}
