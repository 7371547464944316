// The words that each token of what was learned lies next to, those that changed most first.

import { printNumber } from "../../src-main/common/reward-words.ts";
import { studio } from "../api/studio.ts";
import { text } from "../text/text.ts";
import { Asked } from "./Asked.tsx";
import { useQuestion } from "./use-question.ts";

const words = text.learning.understand;
const MOST_PLACES = 12;

export function NearestWords({ run }: { readonly run: string }) {
  const question = useQuestion(run, (options) => studio.nearestWords({ run }, options));
  const { answer } = question;
  return (
    <Asked title={words.nearest} help={words.nearestHelp} action={words.find} question={question}>
      {answer === null ? null : (
        <>
          <p>{words.compared[answer.kind](answer.compared)}</p>
          <table className="rs-table">
            <thead>
              <tr>
                {words.nearestHead.map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {answer.places
                .toSorted((a, b) => b.change - a.change)
                .slice(0, MOST_PLACES)
                .map(({ place, change, words: near }) => (
                  <tr key={place}>
                    <th scope="row">{place}</th>
                    <td>{words.percent(change)}</td>
                    <td className="rs-near-words">
                      {near.length === 0
                        ? words.noWord
                        : near.map(({ word, cosine }) => `${word} ${printNumber(cosine, 2)}`).join(", ")}
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
        </>
      )}
    </Asked>
  );
}
