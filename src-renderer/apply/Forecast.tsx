// Memory, steps and device of an application, before it starts; or why it cannot start.

import type { Diagnostic } from "../../src-main/common/diagnostic.ts";
import { printBytes } from "../run/format.ts";
import { text } from "../text/text.ts";
import type { Lack } from "./apply-choice.ts";
import type { Foreseen } from "./use-forecast.ts";

const words = text.applying;

interface ForecastProps {
  readonly lack: Lack | null;
  readonly foreseen: Foreseen;
}

export function Forecast({ lack, foreseen: { forecast, faults } }: ForecastProps) {
  return (
    <div className="rs-forecast" role="status" aria-label={words.forecast}>
      {lack !== null ? (
        <p className="rs-muted">{words.lacks[lack]}</p>
      ) : faults.length > 0 ? (
        <Diagnostics diagnostics={faults} />
      ) : forecast === null ? (
        <p className="rs-muted">{words.foreseeing}</p>
      ) : (
        <>
          <p>
            {[
              forecast.budget === null
                ? words.memory(printBytes(forecast.memory))
                : words.memoryOf(printBytes(forecast.memory), printBytes(forecast.budget)),
              words.stepsInAll(forecast.steps),
              words.device(forecast.device),
            ].join(" · ")}
          </p>
          {forecast.budget === null ? null : (
            <meter
              value={forecast.memory}
              max={forecast.budget}
              high={forecast.budget * 0.9}
              aria-label={words.memoryLabel}
            />
          )}
          <Diagnostics diagnostics={forecast.warnings} />
        </>
      )}
    </div>
  );
}

export function Diagnostics({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }) {
  return diagnostics.map(({ severity, code, at, message, help }) => (
    <p key={[code, at.param, message].join()} className={`rs-tone-${severity}`}>
      {[...labelOf(at), message].join(": ")}
      {help === undefined ? null : <small className="rs-target-help">{words.wayOut(help)}</small>}
    </p>
  ));
}

/** What the dialog calls the parameter that a message is about. */
function labelOf({ param }: Diagnostic["at"]): readonly string[] {
  const [, label] = Object.entries(words).find(([name]) => name === param?.split(".").at(-1)) ?? [];
  return typeof label === "string" ? [label] : [];
}
