// The command `reneg` of tests: a process of its own, seen by what it prints and how it ends.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const LAUNCHER = fileURLToPath(new URL("../reneg.mjs", import.meta.url));

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function reneg(...words: readonly string[]): Promise<Outcome> {
  return renegWith({}, ...words);
}

/** @param env beside the environment of this process, but for the queue that whoever runs the tests may have */
export function renegWith(env: NodeJS.ProcessEnv, ...words: readonly string[]): Promise<Outcome> {
  const { RENEG_QUEUE: _queue, ...surroundings } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [LAUNCHER, ...words], { env: { ...surroundings, ...env } }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}
