// The engine's own handlers behind its own contract, without a process between: so that what it writes can be watched with the rest.

import { api } from "../../src-main/common/api.ts";
import { connect } from "../../src-main/common/wire/connect.ts";
import { type Channel, type Frame, readFrame } from "../../src-main/common/wire/frames.ts";
import { serve } from "../../src-main/common/wire/serve.ts";
import type { Engine } from "../../src-main/engine/client.ts";
import { handlers } from "../../src-main/engine/handlers.ts";

export function engineInProcess(): Pick<Engine, "api" | "kill"> {
  const [asking, answering] = createPipe();
  serve(api, handlers, answering);
  return { api: connect(api, asking), kill: () => Promise.reject(new Error("this process is the engine's own")) };
}

/** Both ends of a pipe that is never closed. Frames are copied, as on every pipe. */
function createPipe(): readonly [Channel, Channel] {
  const listeners: [((frame: Frame) => void)[], ((frame: Frame) => void)[]] = [[], []];
  const endOf = (own: 0 | 1, other: 0 | 1): Channel => ({
    send(frame) {
      const copy = readFrame(JSON.parse(JSON.stringify(frame)));
      queueMicrotask(() => listeners[other].forEach((listener) => listener(copy)));
    },
    onFrame: (listener) => void listeners[own].push(listener),
    onClose: () => undefined,
  });
  return [endOf(0, 1), endOf(1, 0)];
}
