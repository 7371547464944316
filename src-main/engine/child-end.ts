// When and how a child process ended.

import type { ChildProcess } from "node:child_process";
import { finished } from "node:stream/promises";

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not even be started. */
  readonly fault?: Error;
}

/**
 * Resolves when the child is gone and all it wrote has been read.
 * The event "close" would say that, but it never comes once the parent has disconnected.
 */
export async function endOf(child: ChildProcess): Promise<ChildEnd> {
  // A pipe that breaks has nothing left to read, which is all that matters here.
  const read = [child.stdout, child.stderr].map(async (stream) => stream && finished(stream).catch(() => undefined));
  const end = await new Promise<ChildEnd>((resolve) => {
    child.on("exit", (code, signal) => resolve({ code, signal }));
    child.on("error", (fault) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, fault });
    });
  });
  await Promise.all(read);
  return end;
}
