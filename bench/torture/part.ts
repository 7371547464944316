// A part of `npm run torture`: one way to be cruel to the program, and what it has done about it.

export interface Part {
  /** What it does, for the list of parts. */
  readonly summary: string;
  /** What its number counts, how many there are unless told, and how many in the small form. Absent: it takes no number. */
  readonly amount?: { readonly of: string; readonly whole: number; readonly small: number };
  readonly run: (context: TortureContext) => Promise<Outcome>;
}

export interface TortureContext {
  /** Everything that is drawn by lot is drawn from it. */
  readonly seed: number;
  /** 0 for a part that takes no number. */
  readonly amount: number;
  /** Part of `.ci/run`, which has a minute and a half for all parts: a sample of what the whole form tries. */
  readonly isSmall: boolean;
  /** Empty, the part's own, and deleted at the end unless something failed. */
  readonly folder: string;
  /** What is going on, for people. */
  readonly say: (line: string) => void;
}

export interface Outcome {
  readonly rows: readonly Row[];
  /** Why some or all of it could not be tried here. */
  readonly skipped?: string;
}

/** One kind of thing that was tried. */
export interface Row {
  readonly what: string;
  /** How often. */
  readonly tried: number;
  /** A sentence for each try that showed a fault of the program. */
  readonly faults: readonly string[];
  /** Figures. */
  readonly note?: string;
}
