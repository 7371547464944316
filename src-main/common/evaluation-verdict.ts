// What the numbers of an evaluation say, in plain sentences.

import type { EvaluationReport, Interval } from "./evaluation-report.ts";

/** They follow from the intervals alone: a difference counts only where its whole interval lies on one side of 0. */
export function evaluationVerdict({
  intervals,
  others = [],
}: Pick<EvaluationReport, "intervals" | "others">): readonly string[] {
  const { trainVsNull, trainVsHandcrafted, heldOutVsNull, heldOutVsHandcrafted } = intervals;
  const judge = (vsNull: Interval, vsHandcrafted: Interval): string =>
    `${compare(vsNull, vsHandcrafted)}: ${conclude(trainVsNull, vsNull, vsHandcrafted)}.`;
  return [
    `On the training reward, what was learned is ${compare(trainVsNull, trainVsHandcrafted)}.`,
    `On the held-out reward, which it was never trained against, it is ${judge(heldOutVsNull, heldOutVsHandcrafted)}`,
    ...others.map(
      ({ name, intervals: own }) => `On ${name}, also held out, it is ${judge(own.vsNull, own.vsHandcrafted)}`,
    ),
  ];
}

type Outcome = "better than" | "worse than" | "not distinguishable from";

function outcome({ low, high }: Interval): Outcome {
  if (low > 0) return "better than";
  return high < 0 ? "worse than" : "not distinguishable from";
}

function compare(vsNull: Interval, vsHandcrafted: Interval): string {
  const [first, second] = [outcome(vsNull), outcome(vsHandcrafted)];
  return first === second
    ? `${first} no negative and ${first} the handwritten one`
    : `${first} no negative, but ${second} the handwritten one`;
}

/** @param trainVsNull of the training reward; the others of one that was held out */
function conclude(trainVsNull: Interval, vsNull: Interval, vsHandcrafted: Interval): string {
  if (outcome(trainVsNull) === "worse than") return "nothing useful was learned";
  if (outcome(trainVsNull) !== "better than") {
    return "whether anything useful was learned cannot be told from these images";
  }
  switch (outcome(vsNull)) {
    case "better than":
      return outcome(vsHandcrafted) === "worse than"
        ? "the gain carries over to a reward it has never seen, though there the handwritten negative serves better"
        : "the gain carries over to a reward it has never seen";
    case "not distinguishable from":
      return "whether the gain carries over to a reward it has never seen cannot be told from these images";
    case "worse than":
      return "what it learned pleases only the reward it was trained on";
  }
}
