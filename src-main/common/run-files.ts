// The files that make a folder that of a run.

/** What a run computes. */
export const PROGRAM_FILE = "program.json";
/** The same of runs of earlier versions: a recipe with nothing left open. */
export const PLAN_FILE = "plan.json";

/** The one that counts stands first. */
export const RUN_MARKERS = [PROGRAM_FILE, PLAN_FILE] as const;
