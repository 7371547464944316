// A text in parts of different weight.

export interface WeightedPart {
  readonly text: string;
  /** 1 is unweighted. */
  readonly weight: number;
}

/** A new context begins here, however much room the last one has. */
export const BREAK = "break";

export type TextPart = WeightedPart | typeof BREAK;
