import type { Diagnostic } from "../../common/diagnostic.ts";

export type TellWarnings = (worker: string, warnings: readonly Diagnostic[]) => Promise<void>;

/** What workers warn of is told once, however many of them say it, and of however many pieces. */
export function createTellWarnings(warn: (diagnostic: Diagnostic) => Promise<void>): TellWarnings {
  const told = new Set<string>();
  return async (worker, warnings) => {
    for (const warning of warnings) {
      const key = JSON.stringify(warning);
      if (told.has(key)) continue;
      told.add(key);
      const note = { at: { stage: "workers", part: worker }, message: "has warned of it" };
      await warn({ ...warning, severity: "warning", notes: [...(warning.notes ?? []), note] });
    }
  };
}
