// Frames over a WebSocket, as JSON. A page that does not read what it asked for is not heard any further until it does.

import type { WebSocket } from "ws";
import { type Channel, type Frame, readFrame } from "../common/wire/frames.ts";

/** What is no frame closes the socket: whoever sent it is not our page. */
const INVALID = 1007;
const HEARTBEAT_MS = 30_000;
/** Bytes that wait to be read. Beyond the first nothing more is heard; beyond the second the page is given up. */
const WAITING_BYTES = 8 * 2 ** 20;
const MOST_WAITING_BYTES = 128 * 2 ** 20;

export function socketChannel(socket: WebSocket): Channel {
  keepAlive(socket);
  return {
    send(frame) {
      if (socket.readyState === socket.OPEN) send(socket, frame);
    },
    onFrame: (listener) =>
      void socket.on("message", (data: Buffer) => {
        const frame = parse(data);
        if (frame === null) socket.close(INVALID, "not a frame");
        else listener(frame);
      }),
    onClose: (listener) =>
      void socket.on("close", () =>
        listener({ severity: "error", code: "page-gone", at: { stage: "page" }, message: "the page was closed" }),
      ),
  };
}

function parse(data: Buffer): Frame | null {
  try {
    return readFrame(JSON.parse(data.toString("utf8")));
  } catch {
    return null;
  }
}

function send(socket: WebSocket, frame: Frame): void {
  // One answer may be as large as it is; a second one is not put behind so many that nobody reads.
  if (socket.bufferedAmount > MOST_WAITING_BYTES) return socket.terminate();
  socket.send(JSON.stringify(frame), () => {
    if (socket.isPaused && socket.bufferedAmount <= WAITING_BYTES) socket.resume();
  });
  if (socket.bufferedAmount > WAITING_BYTES) socket.pause();
}

/** A page whose machine went to sleep does not say goodbye. */
function keepAlive(socket: WebSocket): void {
  let isAlive = true;
  let waiting = 0;
  socket.on("pong", () => (isAlive = true));
  // The event "close" follows and tells the rest.
  socket.on("error", () => socket.terminate());
  const timer = setInterval(() => {
    // Whoever is not heard cannot answer, but reads.
    const reads = socket.isPaused && socket.bufferedAmount < waiting;
    if (!isAlive && !reads) return socket.terminate();
    waiting = socket.bufferedAmount;
    isAlive = false;
    socket.ping();
  }, HEARTBEAT_MS);
  socket.on("close", () => clearInterval(timer));
}
