// What each token of what was learned contributes to the reward, as bars with their intervals.

import type { ContributionsResult } from "../../src-main/common/embedding-understanding.ts";
import { printGain, printNumber } from "../../src-main/common/reward-words.ts";
import { studio } from "../api/studio.ts";
import { text } from "../text/text.ts";
import { Asked } from "./Asked.tsx";
import { useQuestion } from "./use-question.ts";

const words = text.learning.understand;
export function Contributions({ run }: { readonly run: string }) {
  const question = useQuestion(run, (options) => studio.contributions({ run }, options));
  return (
    <Asked title={words.contributions} help={words.contributionsHelp} action={words.measure} question={question}>
      {question.answer === null ? null : <Bars result={question.answer} />}
    </Asked>
  );
}

function Bars({ result: { reward, images, start, learned, whole, parts } }: { readonly result: ContributionsResult }) {
  const most = Math.max(
    ...parts.flatMap(({ contribution: { low, high } }) => [Math.abs(low), Math.abs(high)]),
    Number.EPSILON,
  );
  const share = (value: number): string => `${(50 * value) / most}%`;
  return (
    <>
      <p>{words.whole(reward, images, printNumber(start), printNumber(learned), printGain(whole))}</p>
      <ol className="rs-contributions">
        {parts
          .toSorted((a, b) => b.contribution.mean - a.contribution.mean)
          .map(({ first, last, contribution }) => {
            const { mean, low, high } = contribution;
            return (
              <li key={first}>
                <span>{words.places(first, last)}</span>
                <span className="rs-contribution" aria-hidden="true">
                  <span
                    className={mean < 0 ? "rs-contribution-bar rs-contribution-loss" : "rs-contribution-bar"}
                    style={{
                      insetInlineStart: `calc(50% + ${share(Math.min(0, mean))})`,
                      inlineSize: share(Math.abs(mean)),
                    }}
                  />
                  <span
                    className="rs-contribution-interval"
                    style={{ insetInlineStart: `calc(50% + ${share(low)})`, inlineSize: share(high - low) }}
                  />
                </span>
                <span>{printGain(contribution)}</span>
              </li>
            );
          })}
      </ol>
    </>
  );
}
