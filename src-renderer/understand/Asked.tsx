// A part that is computed when somebody asks for it.

import type { ReactNode } from "react";
import { printSecondsLeft } from "../run/format.ts";
import { text } from "../text/text.ts";
import type { Question } from "./use-question.ts";

const words = text.learning.understand;

interface AskedProps {
  readonly title: string;
  readonly help: string;
  readonly action: string;
  readonly question: Question<unknown>;
  readonly children: ReactNode;
}

export function Asked({ title, help, action, question: { progress, ask, cancel }, children }: AskedProps) {
  return (
    <section className="rs-result rs-asked" aria-label={title}>
      <h4>{title}</h4>
      <p className="rs-muted">{help}</p>
      {progress === null ? (
        <button type="button" className="rs-button rs-button-small" onClick={ask}>
          {action}
        </button>
      ) : (
        <p className="rs-asked-progress">
          <progress max={progress.total} value={progress.done} aria-label={title} />
          <span>{progress.secondsLeft === undefined ? "" : words.left(printSecondsLeft(progress.secondsLeft))}</span>
          <button type="button" className="rs-button rs-button-small" onClick={cancel}>
            {words.cancel}
          </button>
        </p>
      )}
      {children}
    </section>
  );
}
