// The last lines of what a process wrote, kept so that its end can be explained.

import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export interface LogTail {
  readonly follow: (stream: Readable) => void;
  readonly lines: () => readonly string[];
}

export function createLogTail(size: number, onLine: (line: string) => void): LogTail {
  const lines: string[] = [];
  return {
    follow(stream) {
      createInterface({ input: stream }).on("line", (line) => {
        if (line.trim() === "") return;
        lines.push(line);
        if (lines.length > size) lines.shift();
        onLine(line);
      });
    },
    lines: () => lines,
  };
}
