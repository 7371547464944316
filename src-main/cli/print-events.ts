// Events of a run as a person reads them: one moving line for progress, and lines above it for the rest.

import { printDiagnostic } from "../common/diagnostic.ts";
import { printNumber, printRewardMean } from "../common/reward-words.ts";
import type { RunEvent, StepEvent } from "../common/run-events.ts";
import { createProgressBar, type Output } from "./progress-bar.ts";
import { terminalText } from "./terminal-text.ts";

export interface EventPrinter {
  readonly event: (event: RunEvent) => void;
  readonly line: (text: string) => void;
  /** Leaves the terminal ready for what comes next. */
  readonly end: () => void;
}

export function createEventPrinter(output: Output): EventPrinter {
  const raw = createProgressBar(output);
  const bar = { ...raw, line: (text: string) => raw.line(terminalText(text)) };
  return {
    event(event) {
      switch (event.type) {
        case "progress":
          return bar.update(event);
        case "step":
          return bar.update({
            phase: "learning",
            done: event.step,
            total: event.total,
            secondsLeft: event.secondsLeft,
            mayEndEarly: event.mayEndEarly === true,
            detail: terminalText(describeStep(event)),
          });
        case "loading":
          return event.what === null ? undefined : bar.busy(`loading ${terminalText(event.what)} …`);
        case "preview":
          return bar.line(`preview of step ${event.step}: ${event.file}`);
        case "latent-preview":
        case "stages":
          return;
        case "held-out": {
          const { reward, step, mean, best } = event;
          const comparison = best === step ? "the best so far" : `step ${best} is better`;
          return bar.line(`evaluated at step ${step}: ${reward} ${printNumber(mean, 4)}, ${comparison}`);
        }
        case "note":
          return bar.line(event.message);
        case "warning":
          return bar.line(printDiagnostic(event.diagnostic));
      }
    },
    line: bar.line,
    end: bar.end,
  };
}

function describeStep({ recent: { reward, heldOut }, gradientNorm }: StepEvent): string {
  const watched = Object.entries(heldOut);
  return [
    `reward ${printRewardMean(reward)}`,
    // The name is only of use where there are several.
    ...watched.map(([name, score]) => `${watched.length === 1 ? "held out" : name} ${printRewardMean(score)}`),
    `|gradient| ${gradientNorm.toPrecision(3)}`,
  ].join("  ");
}
