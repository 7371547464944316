// The command `reneg` of tests: a process of its own, seen by what it prints and how it ends.

import { type ChildProcess, execFile } from "node:child_process";
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
  return start(env, words).outcome;
}

export interface StartedReneg {
  readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;
  /** Resolves as soon as these words stand on stderr. @throws Error if it ends without them */
  readonly untilTold: (words: string) => Promise<void>;
}

/** To be sent signals. */
export function startReneg(...words: readonly string[]): StartedReneg {
  return start({}, words);
}

function start(env: NodeJS.ProcessEnv, words: readonly string[]): StartedReneg {
  const { RENEG_QUEUE: _queue, ...surroundings } = process.env;
  const { promise: outcome, resolve } = Promise.withResolvers<Outcome>();
  const options = { env: { ...surroundings, ...env } };
  const child = execFile(process.execPath, [LAUNCHER, ...words], options, (error, stdout, stderr) => {
    resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
  });
  let told = "";
  child.stderr?.on("data", (text: string) => (told += text));
  return {
    child,
    outcome,
    async untilTold(wanted) {
      const { promise, resolve: found, reject } = Promise.withResolvers<void>();
      const look = (): void => (told.includes(wanted) ? found() : undefined);
      child.stderr?.on("data", look);
      look();
      void outcome.then(() => reject(new Error(`it never said “${wanted}”, but: ${told}`)));
      await promise;
      child.stderr?.off("data", look);
    },
  };
}
