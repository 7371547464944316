// The pipe over which an engine tells what it takes of the machine: what both ends must agree on.

/** After standard input, output, errors and the pipe of messages. */
export const VITALS_FD = 4;
export const VITALS_MS = 1000;
