// What an application would take, asked anew as soon as its choices stand still.

import { useEffect, useState } from "react";
import type { z } from "zod";
import type { ApplyForecast, applyRequest } from "../../src-main/common/applying.ts";
import { type Diagnostic, Refusal } from "../../src-main/common/diagnostic.ts";
import { studio } from "../api/studio.ts";
import { usePreference } from "../state/preference-store.ts";
import { toastFailure } from "../state/toast-store.ts";

const STANDS_STILL_MS = 300;

export interface Foreseen {
  /** `null`: not known yet, or refused. */
  readonly forecast: ApplyForecast | null;
  /** Why it cannot be. */
  readonly faults: readonly Diagnostic[];
}

const NOTHING: Foreseen = { forecast: null, faults: [] };

/** @param request `null` while something is lacking */
export function useForecast(request: z.input<typeof applyRequest> | null): Foreseen {
  const [foreseen, setForeseen] = useState<Foreseen>(NOTHING);
  const device = usePreference("device");
  const asked = JSON.stringify(request);
  useEffect(() => {
    setForeseen(NOTHING);
    const asking = new AbortController();
    const { signal } = asking;
    const ask = async (): Promise<void> => {
      try {
        // The same request as above, kept as text so that equal ones are asked once.
        const wanted = JSON.parse(asked) as z.input<typeof applyRequest> | null;
        if (wanted === null) return;
        const forecast = await studio.foreseeApply({ ...wanted, device }, { signal });
        if (!signal.aborted) setForeseen({ forecast, faults: [] });
      } catch (fault) {
        if (signal.aborted) return;
        if (!(fault instanceof Refusal)) return toastFailure(fault);
        setForeseen({ forecast: null, faults: fault.diagnostics });
      }
    };
    const timer = setTimeout(() => void ask(), STANDS_STILL_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [asked, device]);
  return foreseen;
}
