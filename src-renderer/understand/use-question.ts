// A question to the program that takes a while: how far it is, its answer, and an end to it.

import { useEffect, useRef, useState } from "react";
import { Refusal } from "../../src-main/common/diagnostic.ts";
import type { ProgressEvent, RunEvent } from "../../src-main/common/run-events.ts";
import { toastFailure } from "../state/toast-store.ts";

export interface Question<Answer> {
  readonly answer: Answer | null;
  /** `null`: nothing is asked just now. */
  readonly progress: Pick<ProgressEvent, "done" | "total" | "secondsLeft"> | null;
  readonly ask: () => void;
  readonly cancel: () => void;
}

type Ask<Answer> = (options: { signal: AbortSignal; onEvent: (event: RunEvent) => void }) => Promise<Answer>;

/** @param of what it is asked of: another run has another answer */
export function useQuestion<Answer>(of: string, ask: Ask<Answer>): Question<Answer> {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [progress, setProgress] = useState<Question<Answer>["progress"]>(null);
  const asking = useRef<AbortController | null>(null);
  useEffect(() => {
    setAnswer(null);
    setProgress(null);
    return () => asking.current?.abort();
  }, [of]);
  return {
    answer,
    progress,
    cancel: () => asking.current?.abort(),
    ask() {
      asking.current?.abort();
      const own = new AbortController();
      asking.current = own;
      setProgress({ done: 0, total: 1 });
      const onEvent = (event: RunEvent): void => {
        if (event.type === "progress" && asking.current === own) setProgress(event);
      };
      ask({ signal: own.signal, onEvent })
        .then(setAnswer, (fault: unknown) => {
          if (own.signal.aborted && fault instanceof Refusal) return;
          toastFailure(fault);
        })
        .finally(() => {
          if (asking.current === own) setProgress(null);
        });
    },
  };
}
