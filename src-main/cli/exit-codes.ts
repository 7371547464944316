// What the command tells the shell; 0 is done, and `interruptions.ts` has those of signals.

export const FAILED = 1;
export const WRONG_USE = 2;
