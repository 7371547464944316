// The same images along strengths of what was learned, by a slider: all are drawn in advance, so that it follows the hand.

import { useState } from "react";
import { mean } from "../../src-main/common/means.ts";
import { printNumber } from "../../src-main/common/reward-words.ts";
import type { DrawnStrengths } from "../../src-main/common/studio/understanding.ts";
import { studio } from "../api/studio.ts";
import { text } from "../text/text.ts";
import { Asked } from "./Asked.tsx";
import { useQuestion } from "./use-question.ts";

const words = text.learning.understand;

export function Strengths({ run }: { readonly run: string }) {
  const question = useQuestion(run, (options) => studio.drawStrengths({ run }, options));
  return (
    <Asked title={words.strength} help={words.strengthHelp} action={words.draw} question={question}>
      {question.answer === null ? null : <Slider drawn={question.answer} />}
    </Asked>
  );
}

function Slider({ drawn: { reward, prompts, rungs } }: { readonly drawn: DrawnStrengths }) {
  const learned = rungs.findIndex(({ strength }) => strength === 1);
  const [at, setAt] = useState(Math.max(0, learned));
  const rung = rungs[at];
  if (rung === undefined) return null;
  return (
    <>
      <label className="rs-strength">
        <span>{words.strength}</span>
        <input
          type="range"
          min={0}
          max={rungs.length - 1}
          step={1}
          value={at}
          aria-valuetext={words.at(rung.strength)}
          onChange={(event) => setAt(Number(event.target.value))}
        />
        <output>{words.at(rung.strength)}</output>
        <span className="rs-muted">{words.meanReward(reward, printNumber(mean(rung.rewards)))}</span>
      </label>
      <div className="rs-strength-images">
        {prompts.map((prompt, image) => (
          <figure key={image}>
            {/* All stay in the page, so that none is fetched while the slider moves. */}
            {rungs.map(({ strength, urls }, i) => (
              <img key={strength} src={urls[image]} alt={`${prompt}, ${words.at(strength)}`} hidden={i !== at} />
            ))}
            <figcaption>{prompt}</figcaption>
          </figure>
        ))}
      </div>
    </>
  );
}
