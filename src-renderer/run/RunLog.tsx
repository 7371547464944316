// The log of a run: when it began and ended, what was loaded, warnings, and what the engine wrote by itself.

import { useEffect, useState } from "react";
import type { RunLogLine } from "../../src-main/common/studio/run-log.ts";
import { studio } from "../api/studio.ts";
import { EMPTY_RUN, runStore } from "../state/run-store.ts";
import { attempt, toast, toastFailure } from "../state/toast-store.ts";
import { text } from "../text/text.ts";

const words = text.learning.log;

export function RunLog({ run }: { readonly run: string }) {
  const lines = useLog(run);
  if (lines.length === 0) return <p className="rs-muted">{words.empty}</p>;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(lines.map(printLine).join("\n"));
    toast({ tone: "info", title: words.copied(lines.length) });
  };
  return (
    <section className="rs-run-log" aria-label={words.title}>
      <h4>
        {words.title}{" "}
        <button type="button" className="rs-button rs-button-small" onClick={() => attempt(copy)}>
          {words.copy}
        </button>
      </h4>
      <pre tabIndex={0} data-measured>
        {lines.map((line, i) => (
          <span key={i} className={line.tone === "info" ? "" : `rs-tone-${line.tone}`}>
            {`${printLine(line)}\n`}
          </span>
        ))}
      </pre>
    </section>
  );
}

/** `18:23:21 engine: …` */
function printLine({ at, from, text: told }: RunLogLine): string {
  const time = new Date(at).toLocaleTimeString();
  return from === "engine" ? `${time} ${words.engine}: ${told}` : `${time} ${told}`;
}

/** As the folder keeps it, with what has come since. */
function useLog(run: string): readonly RunLogLine[] {
  const [kept, setKept] = useState<readonly RunLogLine[]>([]);
  const live = runStore((state) => (state.live[run] ?? EMPTY_RUN).log);
  useEffect(() => {
    const asking = new AbortController();
    studio.runLog({ id: run }, { signal: asking.signal }).then(
      (lines) => {
        if (!asking.signal.aborted) setKept(lines);
      },
      (fault: unknown) => {
        if (!asking.signal.aborted) toastFailure(fault);
      },
    );
    return () => asking.abort();
  }, [run]);
  const last = kept.at(-1)?.at ?? "";
  return [...kept, ...live.filter(({ at }) => at > last)];
}
