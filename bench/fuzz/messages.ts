// What a process that fuzzes one target is asked, and what it tells.

export interface FuzzTask {
  readonly target: string;
  readonly seed: number;
  readonly milliseconds: number;
  /** Keeps nothing that is new: to see what the counting of blocks is worth. */
  readonly isBlind: boolean;
  /** One input to try, and no other. */
  readonly replay: string | null;
  /** Of the target, empty. */
  readonly folder: string;
  /** The input in work lies here. */
  readonly current: string;
}

export interface Progress {
  readonly type: "progress";
  readonly executions: number;
  readonly refused: number;
  readonly reached: number;
  readonly all: number;
  /** Inputs that are kept. */
  readonly kept: number;
  /** What the dearest input used of what it may cost. */
  readonly dearest: number;
}

/** A fault of the program. Its input is the one in work. */
export interface Find {
  readonly type: "find";
  readonly what: string;
}

export type FuzzMessage = Progress | Find;
