// What is shown of a run: the loop asks for it, and who opens the run says how it is drawn.

import type { EvaluationReport } from "../common/evaluation-report.ts";
import type { RunEvent } from "../common/run-events.ts";
import type { Provenance } from "../pictures/provenance.ts";
import type { ParameterValues } from "../sampling/moment.ts";
import type { ProgramRun } from "../sampling/program-run.ts";

export interface RunViews {
  /** Whether previews are due at a step. */
  readonly isDue: (step: number) => boolean;
  /** Previews that are due at the step and not there yet. */
  readonly draw: (step: number, parameters: ParameterValues) => Promise<void>;
  /** All that show what is learned, due or not. */
  readonly drawNow: (step: number, parameters: ParameterValues) => Promise<void>;
  /** Images that are drawn after the last step, as far as they are not there yet. */
  readonly imagesAfter: () => number;
  /** What the last previews took; `null` before the first. */
  readonly secondsPerImage: () => number | null;
  /** Comparisons, per-sample parameters: what is asked for of what was learned. What is there already is kept. */
  readonly finish: (learned: ParameterValues) => Promise<readonly EvaluationReport[]>;
}

export interface OpenViewsOptions {
  /** The run's folder. */
  readonly folder: string;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly provenance: Provenance | undefined;
}

export type OpenViews = (run: ProgramRun, options: OpenViewsOptions) => Promise<RunViews>;

/** Of a run that nobody looks at. */
export const NO_VIEWS: RunViews = {
  isDue: () => false,
  draw: async () => {},
  drawNow: async () => {},
  imagesAfter: () => 0,
  secondsPerImage: () => null,
  finish: async () => [],
};
