// Frames between a process and the child it started, over Node's own pipe with structured cloning: typed arrays and bigints arrive as such.

import type { ChildProcess } from "node:child_process";
import type { Diagnostic } from "../common/diagnostic.ts";
import { readFrame, type Channel } from "../common/wire/frames.ts";

/** The parent's end. @param gone resolves, when the child is gone, with the reason. */
export function channelToChild(child: ChildProcess, gone: Promise<Diagnostic>): Channel {
  return {
    send(frame) {
      // A failure to send means that the child is going, and `gone` tells the reason.
      if (child.connected) child.send(frame, () => undefined);
    },
    onFrame: (listener) => void child.on("message", (received) => listener(readFrame(received))),
    onClose: (listener) => void gone.then(listener),
  };
}

/** The child's end, in a process that was started with an IPC pipe. */
export function channelToParent(): Channel {
  return {
    send(frame) {
      if (process.connected) process.send?.(frame, undefined, undefined, () => undefined);
    },
    onFrame: (listener) => void process.on("message", (received) => listener(readFrame(received))),
    onClose: (listener) =>
      void process.on("disconnect", () =>
        listener({
          severity: "error",
          code: "parent-gone",
          at: { stage: "engine" },
          message: "the process that started the engine is gone",
        }),
      ),
  };
}
