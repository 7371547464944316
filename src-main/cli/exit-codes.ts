// What the command tells the shell; 0 is done.

export const FAILED = 1;
export const WRONG_USE = 2;
